/**
 * x * y + sum. In the build with relaxed SIMD it is one fused instruction where the processor has one, which rounds
 * once instead of twice; in the other build it is two instructions.
 */
export function multiplyAdd(x: v128, y: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, sum);
  return f32x4.add(sum, f32x4.mul(x, y));
}
