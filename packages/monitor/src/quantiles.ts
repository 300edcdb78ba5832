// Quantiles of numbers that are not kept: DDSketch (Masson, Rim and Lee 2019, arXiv 1908.10693) for numbers from 0. Bins grow by a constant
// factor, so that every quantile is right to one percent of its value, and two sketches merge without loss. Left out: negative numbers, since
// only lengths and times are measured this way.

/** How far a quantile may be off, relative to its value. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const PER_BIN = 1 / Math.log(GAMMA);
// Numbers outside of these share the outermost bins, so that a sketch has at most 2,800 of them.
const SMALLEST = 1e-9;
const LARGEST = 1e15;
/** The bin of what counts as 0. */
const ZERO = -2000;

/** Numbers by bin. */
export interface Quantiles {
  count: number;
  /** Bin -> how many numbers; bin k holds `(GAMMA^(k-1), GAMMA^k]`. */
  readonly bins: Map<number, number>;
}

/** The quantiles of no numbers. */
export function createQuantiles(): Quantiles {
  return { count: 0, bins: new Map() };
}

/** Takes a number in, `times` times; one that is negative or not finite is left out. */
export function addToQuantiles(quantiles: Quantiles, value: number, times = 1): void {
  if (!(value >= 0 && value < Infinity)) return;
  addToBin(quantiles, value < SMALLEST ? ZERO : Math.ceil(Math.log(Math.min(value, LARGEST)) * PER_BIN), times);
}

/** Takes in all numbers of another sketch. */
export function addQuantiles(quantiles: Quantiles, other: Quantiles): void {
  for (const [bin, count] of other.bins) addToBin(quantiles, bin, count);
}

/** The number below which a share of the numbers lies, right to one percent of it; NaN without numbers. */
export function quantileOf({ count, bins }: Quantiles, share: number): number {
  const rank = share * (count - 1);
  let below = 0;
  for (const [bin, inBin] of bins.size < 2 ? bins : [...bins].sort(([a], [b]) => a - b)) {
    below += inBin;
    // The middle of the bin, in the sense that both of its ends are off by the same share.
    if (below > rank) return bin === ZERO ? 0 : (2 * GAMMA ** bin) / (GAMMA + 1);
  }
  return NaN;
}

function addToBin(quantiles: Quantiles, bin: number, times: number): void {
  quantiles.count += times;
  quantiles.bins.set(bin, (quantiles.bins.get(bin) ?? 0) + times);
}
