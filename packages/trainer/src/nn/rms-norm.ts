import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused-kernels.ts';

/**
 * Root-mean-square layer norm over the last axis: `x / sqrt(mean(x^2) + epsilon) * weight`.
 *
 * @param x `[N, C]`
 * @param weight `[C]`
 * @returns `[N, C]`
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor, epsilon: number): tf.Tensor2D {
  const fused = runFused<tf.Tensor2D>(FUSED.rmsNorm, { x, weight }, { epsilon });
  if (fused !== undefined) return fused;
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return tf.mul(tf.mul(x, scale), weight);
  });
}
