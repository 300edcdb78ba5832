/** A mean with its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval; undefined for a single value. */
  readonly margin: number | undefined;
  readonly count: number;
}

const Z = 1.959963984540054;

/** Mean and interval of values by Student's t; undefined of nothing. */
export function estimate(values: readonly number[]): Estimate | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, margin: undefined, count };
  return { mean, margin: quantile(count - 1) * Math.sqrt(variance(values, mean) / count), count };
}

/** Difference of the means of two sets of values that do not belong together in pairs, by Welch's method. */
export function estimateDifference(before: readonly number[], after: readonly number[]): Estimate | undefined {
  const first = estimate(before);
  const second = estimate(after);
  if (first === undefined || second === undefined) return undefined;
  const count = Math.min(first.count, second.count);
  const mean = second.mean - first.mean;
  if (count < 2) return { mean, margin: undefined, count };
  const a = variance(before, first.mean) / first.count;
  const b = variance(after, second.mean) / second.count;
  if (a + b === 0) return { mean, margin: 0, count };
  const freedom = (a + b) ** 2 / (a ** 2 / (first.count - 1) + b ** 2 / (second.count - 1));
  return { mean, margin: quantile(freedom) * Math.sqrt(a + b), count };
}

function variance(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** The 0.975 quantile of Student's t: exact for one and two degrees of freedom, else the expansion around the normal quantile (Abramowitz and Stegun 26.7.5). */
function quantile(freedom: number): number {
  if (freedom === 1) return 12.706204736432095;
  if (freedom === 2) return 4.302652729911275;
  const z = Z;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const g4 = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160;
  return z + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3 + g4 / freedom ** 4;
}
