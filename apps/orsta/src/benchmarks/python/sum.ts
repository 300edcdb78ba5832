/** `sum(values)` of floats as CPython has it since 3.12: with the rounding errors added up beside (Neumaier), so that order hardly matters. */
export function pythonSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
