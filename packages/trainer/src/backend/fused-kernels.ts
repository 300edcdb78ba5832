import * as tf from '@tensorflow/tfjs-core';

/**
 * Names of kernels that do what takes many operations of TensorFlow.js. The wasm pack has all but `groupAttention`, each in one pass over memory.
 * Native backends have all but `rangedAttention`, as a few operations of the library.
 */
export const FUSED = {
  /** `gate * sigmoid(gate) * up`; inputs `gate` and `up` of one shape. */
  gatedSilu: 'VtriuneGatedSilu',
  /** Inputs `dy`, `gate`, `up`; outputs the gradients of `gate` and `up`. */
  gatedSiluGradient: 'VtriuneGatedSiluGradient',
  /** Root-mean-square norm; inputs `x` `[N, C]` and `weight` `[C]`, attribute `epsilon`. */
  rmsNorm: 'VtriuneRmsNorm',
  /** Inputs `dy`, `x`, `weight`; outputs the gradients of `x` and `weight`. */
  rmsNormGradient: 'VtriuneRmsNormGradient',
  /**
   * Attention over two ranges of keys for each query; inputs `query` `[B, heads, T, D]`, `key` and `value` `[B, keyHeads, S, D]`, `ranges`
   * `[B, T, 4]`; outputs the mixed values, of the shape of `query`, and what the gradient needs to compute the softmax again.
   */
  rangedAttention: 'VtriuneRangedAttention',
  /** Inputs `dy`, those of `rangedAttention`, and its outputs `out` and `statistics`; outputs the gradients of query, key and value. */
  rangedAttentionGradient: 'VtriuneRangedAttentionGradient',
  /**
   * Attention of one new token a row to its prompt and to the row's own tokens; inputs `query` `[P*group, heads, 1, D]`, `prefixKey` and
   * `prefixValue` `[P, keyHeads, Tp, D]`, `ownKey` and `ownValue` `[P*group, keyHeads, t, D]`, `mask` `[P, 1, 1, Tp]`; attribute `group`. It has
   * no gradient.
   */
  groupAttention: 'VtriuneGroupAttention',
  /** Rotary positions; inputs `x` `[B, heads, T, D]`, `cos` and `sin` `[B or 1, 1, T, D]`; attribute `backward` transposes the map. */
  rotate: 'VtriuneRotate',
} as const;

/** Name of a fused kernel. */
export type FusedKernel = (typeof FUSED)[keyof typeof FUSED];

/** Whether the active backend has a fused kernel. */
export function hasFused(kernelName: FusedKernel): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Runs a fused kernel with one output, or returns `undefined` where the active backend lacks it and the caller computes plainly. */
export function runFused<T extends tf.Tensor>(
  kernelName: FusedKernel,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, number | boolean> = {},
): T | undefined {
  if (!hasFused(kernelName)) return undefined;
  return tf.engine().runKernel<T>(kernelName, inputs, attrs);
}
