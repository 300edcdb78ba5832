/**
 * How far a score can be trusted, and whether two differ. All of it works on units: the values whose mean is the score, one for each question or, in
 * macro means, for each task. A score that is no mean, such as COCO's AP over a data set, brings its resampled scores along.
 */
import { OrstaError } from '../errors.ts';
import { createRandom } from '../suite/random.ts';

/** Values by the name of their question or task. */
export type Units = Readonly<Record<string, number>>;

/** Two numbers that hold 95 % of the resampled means. */
export type Interval = readonly [low: number, high: number];

const RESAMPLES = 2000;

/** A 95 % interval of the mean by the percentile bootstrap, seeded; null for fewer than two values. */
export function bootstrapInterval(values: readonly number[], seed: number): Interval | null {
  if (values.length < 2) return null;
  const random = createRandom(`bootstrap ${String(seed)}`);
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0;
    for (let j = 0; j < values.length; j++) sum += values[Math.floor(random.next() * values.length)]!;
    means[i] = sum / values.length;
  }
  return percentiles(means);
}

/** The two numbers between which 95 % of the resampled scores are; null of none. */
export function percentiles(resampled: ArrayLike<number>): Interval | null {
  if (resampled.length === 0) return null;
  const sorted = Float64Array.from(resampled).sort();
  return [sorted[Math.floor(sorted.length * 0.025)]!, sorted[Math.ceil(sorted.length * 0.975) - 1]!];
}

/** The difference of two scores that are no means. */
export interface ResampledComparison {
  /** B minus A. */
  readonly difference: number;
  readonly interval: Interval | null;
  /** Two-sided, by the share of resampled differences on the other side of 0. */
  readonly p: number;
}

/** Compares two scores by their resampled scores, which must be of the same samples. */
export function compareResampled(
  a: { readonly score: number; readonly resampled: readonly number[] },
  b: { readonly score: number; readonly resampled: readonly number[] },
): ResampledComparison {
  const differences = a.resampled.map((first, index) => b.resampled[index]! - first);
  const below = differences.filter((own) => own <= 0).length;
  const above = differences.filter((own) => own >= 0).length;
  const p = Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
  return { difference: b.score - a.score, interval: percentiles(differences), p };
}

/** Two scores on the same units. */
export interface PairedComparison {
  readonly units: number;
  readonly meanA: number;
  readonly meanB: number;
  /** B minus A. */
  readonly difference: number;
  /** Of the difference, by the paired bootstrap. */
  readonly interval: Interval | null;
  readonly better: number;
  readonly worse: number;
  readonly test: 'exact McNemar' | 'sign flips';
  /** Two-sided: how likely a difference this large is where the two are equally good. */
  readonly p: number;
}

/** Compares B with A on the units that both have: McNemar's exact test where all values are 0 or 1, otherwise 10,000 random flips of signs, seeded. */
export function comparePaired(a: Units, b: Units, seed: number): PairedComparison {
  const names = Object.keys(a).filter((name) => b[name] !== undefined);
  if (names.length === 0)
    throw new OrstaError('invalid_data', 'The two results have no question or task in common. Compare results of the same benchmark.');
  const pairs = names.map((name) => [a[name]!, b[name]!] as const);
  const differences = pairs.map(([first, second]) => second - first);
  const better = differences.filter((own) => own > 0).length;
  const worse = differences.filter((own) => own < 0).length;
  const binary = pairs.flat().every((value) => value === 0 || value === 1);
  return {
    units: names.length,
    meanA: meanOf(pairs.map(([first]) => first)),
    meanB: meanOf(pairs.map(([, second]) => second)),
    difference: meanOf(differences),
    interval: bootstrapInterval(differences, seed),
    better,
    worse,
    test: binary ? 'exact McNemar' : 'sign flips',
    p: binary ? mcnemar(better, worse) : signFlips(differences, seed),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two-sided exact binomial test of `better` against `worse`. */
export function mcnemar(better: number, worse: number): number {
  const total = better + worse;
  const least = Math.min(better, worse);
  let log = -total * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= least; k++) {
    tail += Math.exp(log);
    log += Math.log(total - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}

const FLIPS = 10_000;

function signFlips(differences: readonly number[], seed: number): number {
  const random = createRandom(`flips ${String(seed)}`);
  const observed = Math.abs(differences.reduce((sum, own) => sum + own, 0));
  let asLarge = 0;
  for (let i = 0; i < FLIPS; i++) {
    let sum = 0;
    for (const own of differences) sum += random.next() < 0.5 ? own : -own;
    if (Math.abs(sum) >= observed - 1e-12) asLarge += 1;
  }
  return (asLarge + 1) / (FLIPS + 1);
}

/** The unbiased estimate of pass@k from n attempts of which c are right (Chen et al., arXiv 2107.03374, equation 1). */
export function passAtK(n: number, c: number, k: number): number {
  if (k > n) throw new OrstaError('usage', `pass@${String(k)} needs ${String(k)} attempts; there are ${String(n)}. Ask for more answers.`);
  if (n - c < k) return 1;
  let miss = 1;
  for (let i = n - c + 1; i <= n; i++) miss *= 1 - k / i;
  return 1 - miss;
}
