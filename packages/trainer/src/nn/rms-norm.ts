import * as tf from '@tensorflow/tfjs-core';

/**
 * Root-mean-square layer norm over the last axis: `x / sqrt(mean(x^2) + epsilon) * weight`.
 *
 * @param x `[N, C]`
 * @param weight `[C]`
 * @returns `[N, C]`
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor, epsilon: number): tf.Tensor2D {
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
    return tf.mul(tf.mul(x, scale), weight);
  });
}
