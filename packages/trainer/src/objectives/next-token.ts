import * as tf from '@tensorflow/tfjs-core';
import { Type } from 'typebox';
import { defineObjective } from './objective.ts';

/** Supervised training: `-sum_t w_t logp_t / tokens`. */
export const nextToken = defineObjective({
  name: 'next-token',
  settings: Type.Object({}, { additionalProperties: false }),
  statistics: [],
  loss: ({ logProbs, weights }, { normalizer }) => ({ loss: nextTokenLoss(logProbs, weights, normalizer.tokens), statistics: {} }),
});

/**
 * The loss of `next-token` by itself.
 *
 * @param logProbs `[N]`
 * @returns scalar
 */
export function nextTokenLoss(logProbs: tf.Tensor1D, weights: Float32Array, normalizer: number): tf.Scalar {
  return tf.tidy(() => tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(logProbs, tf.tensor1d(weights)))), normalizer));
}
