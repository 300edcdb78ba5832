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

/** How many numbers fall into each bin. */
export interface Quantiles {
  count: number;
  /** The bins that hold numbers, in ascending order; bin k holds `(GAMMA^(k-1), GAMMA^k]`. */
  readonly bins: number[];
  /** How many numbers each of these bins holds. */
  readonly counts: number[];
}

/** The quantiles of no numbers. */
export function createQuantiles(): Quantiles {
  return { count: 0, bins: [], counts: [] };
}

/** Adds a number; one that is negative or not finite is left out. */
export function addToQuantiles(quantiles: Quantiles, value: number): void {
  if (!(value >= 0 && value < Infinity)) return;
  addToBin(quantiles, value < SMALLEST ? ZERO : Math.ceil(Math.log(Math.min(value, LARGEST)) * PER_BIN), 1);
}

/** Adds the numbers of another sketch. */
export function addQuantiles(quantiles: Quantiles, other: Quantiles): void {
  for (let place = 0; place < other.bins.length; place++) addToBin(quantiles, other.bins[place]!, other.counts[place]!);
}

/** The number below which a share of the numbers lies, right to one percent of it; NaN without numbers. */
export function quantileOf({ count, bins, counts }: Quantiles, share: number): number {
  const rank = share * (count - 1);
  let below = 0;
  for (let place = 0; place < bins.length; place++) {
    below += counts[place]!;
    // The middle of the bin, in the sense that both of its ends are off by the same share.
    if (below > rank) return bins[place] === ZERO ? 0 : (2 * GAMMA ** bins[place]!) / (GAMMA + 1);
  }
  return NaN;
}

/** Adds to what a bin holds. */
export function addToBin(quantiles: Quantiles, bin: number, times: number): void {
  const { bins, counts } = quantiles;
  quantiles.count += times;
  let place = 0;
  for (let end = bins.length; place < end;) {
    const middle = (place + end) >> 1;
    if (bins[middle]! < bin) place = middle + 1;
    else end = middle;
  }
  if (bins[place] === bin) counts[place]! += times;
  else {
    bins.splice(place, 0, bin);
    counts.splice(place, 0, times);
  }
}
