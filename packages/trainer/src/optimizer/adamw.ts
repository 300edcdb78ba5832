/** Settings of AdamW (Loshchilov and Hutter, arXiv 1711.05101). */
export interface AdamwOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled decay, applied to matrices only. */
  weightDecay: number;
}

/** State of one parameter, all of the parameter's length; updated in place. */
export interface AdamwState {
  values: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
}

/**
 * One AdamW step in place, on the host: the same bits on every backend and every rank.
 *
 * @param gradient as long as the parameter
 * @param step counted from 1, for bias correction
 */
export function adamwStep(
  state: AdamwState,
  gradient: Float32Array,
  options: AdamwOptions & { learningRate: number; step: number; decay: boolean },
): void {
  const { beta1, beta2, epsilon, learningRate } = options;
  const correction1 = 1 - beta1 ** options.step;
  const correction2 = 1 - beta2 ** options.step;
  const shrink = options.decay ? 1 - learningRate * options.weightDecay : 1;
  const { values, moment1, moment2 } = state;
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const m = beta1 * moment1[i]! + (1 - beta1) * g;
    const v = beta2 * moment2[i]! + (1 - beta2) * g * g;
    moment1[i] = m;
    moment2[i] = v;
    values[i] = values[i]! * shrink - (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
  }
}

/** Euclidean norm of a gradient given in parts. */
export function gradientNorm(parts: readonly Float32Array[]): number {
  let sum = 0;
  // By index: iterating over a Float32Array takes several times as long, and this runs over every parameter at every update.
  for (const part of parts) for (let i = 0; i < part.length; i++) sum += part[i]! * part[i]!;
  return Math.sqrt(sum);
}
