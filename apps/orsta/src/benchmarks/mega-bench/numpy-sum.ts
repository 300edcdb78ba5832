/** The sum as numpy adds up to 128 numbers, so that means agree to the last bit: from 8 numbers on, in eight sums side by side. */
export function numpySum(values: readonly number[]): number {
  if (values.length < 8 || values.length > 128) return values.reduce((sum, value) => sum + value, 0);
  const lanes = values.slice(0, 8);
  const whole = values.length - (values.length % 8);
  for (let i = 8; i < whole; i++) lanes[i % 8]! += values[i]!;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  return values.slice(whole).reduce((sum, value) => sum + value, a + b + (c + d) + (e + f + (g + h)));
}
