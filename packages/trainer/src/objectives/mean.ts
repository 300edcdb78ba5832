import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { at } from '@vtriune/format/at';
import type { BatchSize, ObjectiveTargets } from './objective.ts';

/** Over what the loss of the tokens is a mean. */
export const MEAN_SETTINGS = {
  mean: withDefault(
    Type.Enum(['token', 'sequence'], {
      description: 'token: every token of the batch counts alike (DAPO); sequence: every response does, whatever its length (GRPO).',
    }),
    'token',
  ),
  constantLength: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Each response is divided by this length in place of its own (Dr. GRPO; give maxNewTokens). Takes the place of mean.',
    }),
  ),
};

/** Settings of the mean with their values. */
export type MeanSettings = Static<ReturnType<typeof Type.Object<typeof MEAN_SETTINGS>>>;

/**
 * Share of each token in the loss, `[N]`: `loss = sum_t share_t * loss_t`.
 * - token: `w_t / sum of all w` (DAPO, arXiv 2503.14476, eq. 8)
 * - sequence: `w_t / (sum of the w of its response) / responses` (GRPO, arXiv 2402.03300, eq. 3)
 * - constantLength L: `w_t / (L * responses)` (Dr. GRPO, arXiv 2503.20783, section 3.2)
 */
export function tokenShares(
  { weights, sequences }: Pick<ObjectiveTargets, 'weights' | 'sequences'>,
  { mean, constantLength }: MeanSettings,
  batch: BatchSize,
): Float32Array {
  if (constantLength !== undefined) return weights.map((weight) => weight / (constantLength * batch.sequences));
  if (mean === 'token') return weights.map((weight) => weight / batch.tokens);
  const lengths: number[] = [];
  sequences.forEach((sequence, n) => (lengths[sequence] = (lengths[sequence] ?? 0) + weights[n]!));
  // A response whose weights are all 0 has no share: 0 / 1.
  return weights.map((weight, n) => weight / (at(lengths, sequences[n]!) || 1) / batch.sequences);
}

/**
 * Sum over the tokens of loss times share.
 *
 * @param losses `[N]`
 * @returns scalar
 */
export function weightedSum(losses: tf.Tensor1D, shares: Float32Array): tf.Scalar {
  return tf.tidy(() => tf.sum<tf.Scalar>(tf.mul(losses, tf.tensor1d(shares))));
}
