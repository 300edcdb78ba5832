import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';

/** How far the policy may move from the model that training began with. */
export const KL_SETTINGS = {
  klCoefficient: withDefault(
    Type.Number({
      minimum: 0,
      description: 'Weight of the KL divergence from the model that training began with; above 0 every rank keeps that model too.',
    }),
    0,
  ),
  klEstimator: withDefault(
    Type.Enum(['k1', 'k2', 'k3'], { description: 'k3 as in GRPO; k2 has the gradient of the divergence; k1 has none on average.' }),
    'k3',
  ),
};

/** One of Schulman's estimators. */
export type KlEstimator = 'k1' | 'k2' | 'k3';

/**
 * Estimates of the KL divergence of the policy from the reference at single tokens (Schulman, "Approximating KL divergence", 2020), with
 * `d = logp - logp_reference`: k1 `d`, k2 `d^2 / 2`, k3 `exp(-d) + d - 1`. All but k2 have the divergence as their mean under the policy.
 *
 * @param logProbs `[N]`
 * @param reference `[N]`
 * @returns `[N]`
 */
export function referenceKl(logProbs: tf.Tensor1D, reference: Float32Array, estimator: KlEstimator): tf.Tensor1D {
  return tf.tidy(() => {
    const difference = tf.sub<tf.Tensor1D>(logProbs, tf.tensor1d(reference));
    if (estimator === 'k1') return difference;
    if (estimator === 'k2') return tf.div<tf.Tensor1D>(tf.square(difference), 2);
    return tf.sub<tf.Tensor1D>(tf.add(tf.exp(tf.neg(difference)), difference), 1);
  });
}
