/** Metric name -> value; a value that is not finite means "nothing to report". */
export type Metrics = Map<string, number>;

/** Mean of the finite values, NaN where there are none. */
export function mean(values: readonly (number | undefined)[]): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? NaN : sum / count;
}

/** Share of true among the known values, NaN where none is known. */
export function share(values: readonly (boolean | undefined)[]): number {
  return mean(values.map((value) => (value === undefined ? undefined : Number(value))));
}
