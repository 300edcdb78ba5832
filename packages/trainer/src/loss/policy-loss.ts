import * as tf from '@tensorflow/tfjs-core';

/** Per-token constants of the clipped policy loss, `[N]` each. */
export interface PolicyTargets {
  oldLogProbs: Float32Array;
  advantages: Float32Array;
  weights: Float32Array;
}

/** Clip range of the probability ratio: `[1 - clipLow, 1 + clipHigh]`. */
export interface ClipRange {
  clipLow: number;
  clipHigh: number;
}

/**
 * Token-mean clipped policy loss (PPO's surrogate, arXiv 1707.06347, with DAPO's asymmetric range, arXiv 2503.14476; V-Triune section 4):
 * `-sum_t w_t min(r_t A_t, clip(r_t) A_t) / normalizer` with `r_t = exp(logp_t - oldLogp_t)`. No KL term.
 *
 * @param logProbs `[N]`
 * @param normalizer tokens of the whole batch over all ranks, so that the sum of the ranks' losses is the loss of the batch
 * @returns scalar
 */
export function policyLoss(logProbs: tf.Tensor1D, targets: PolicyTargets, options: ClipRange & { normalizer: number }): tf.Scalar {
  return tf.tidy(() => {
    const advantages = tf.tensor1d(targets.advantages);
    const ratio = tf.exp(tf.sub(logProbs, tf.tensor1d(targets.oldLogProbs)));
    const clipped = tf.clipByValue(ratio, 1 - options.clipLow, 1 + options.clipHigh);
    const surrogate = tf.minimum(tf.mul(ratio, advantages), tf.mul(clipped, advantages));
    return tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(surrogate, tf.tensor1d(targets.weights)))), options.normalizer);
  });
}

/**
 * Next-token loss `-sum_t w_t logp_t / normalizer`.
 *
 * @param logProbs `[N]`
 * @returns scalar
 */
export function nextTokenLoss(logProbs: tf.Tensor1D, weights: Float32Array, normalizer: number): tf.Scalar {
  return tf.tidy(() => tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(logProbs, tf.tensor1d(weights)))), normalizer));
}
