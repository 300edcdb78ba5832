import * as tf from '@tensorflow/tfjs-core';

/**
 * Affine map `x W^T + b`.
 *
 * Rank 2 only: TensorFlow.js has no gradient for a rank-3 input times a rank-2 weight, so callers flatten to `[B*T, in]`.
 *
 * @param x `[N, in]`
 * @param weight `[out, in]`, the layout of PyTorch
 * @param bias `[out]`
 * @returns `[N, out]`
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    const product: tf.Tensor2D = tf.matMul(x, weight, false, true);
    return bias === undefined ? product : tf.add<tf.Tensor2D>(product, bias);
  });
}
