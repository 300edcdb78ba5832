/**
 * Exponential moving average of a whole series with the bias of its beginning taken out: the first value is itself, and a constant stays
 * what it is. `factor` is in [0, 1); 0 returns the values.
 */
export function smooth(values: Float64Array, factor: number): Float64Array {
  if (factor <= 0) return values;
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    average = factor * average + (1 - factor) * values[i]!;
    weight = factor * weight + (1 - factor);
    smoothed[i] = average / weight;
  }
  return smoothed;
}
