import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineObjective, type ObjectiveTargets } from './objective.ts';

/** Per-token constants of the clipped policy loss, `[N]` each. */
export type PolicyTargets = Pick<ObjectiveTargets, 'oldLogProbs' | 'advantages' | 'weights'>;

/** Clip range of the probability ratio: `[1 - clipLow, 1 + clipHigh]`. */
export interface ClipRange {
  clipLow: number;
  clipHigh: number;
}

/**
 * Token-mean clipped policy loss (PPO's surrogate, arXiv 1707.06347, with DAPO's asymmetric range, arXiv 2503.14476; V-Triune section 4):
 * `-sum_t w_t min(r_t A_t, clip(r_t) A_t) / tokens` with `r_t = exp(logp_t - oldLogp_t)`. No KL term. Reports the share of tokens whose
 * ratio left the range on the side that counts, the mean of `old - new` as an estimate of the KL divergence from the sampling policy, and
 * `sampler_gap`, the mean absolute difference of what sampler and trainer say of a token before the first update.
 */
export const policy = defineObjective({
  name: 'policy',
  settings: Type.Object(
    {
      clipLow: withDefault(Type.Number({ minimum: 0, maximum: 1, description: 'Lower clip of the probability ratio.' }), 0.2),
      clipHigh: withDefault(Type.Number({ minimum: 0, description: 'Upper clip of the probability ratio (clip-higher).' }), 0.28),
    },
    { additionalProperties: false },
  ),
  statistics: ['clip_fraction', 'approximate_kl', 'sampler_gap'],
  loss: (targets, { settings, normalizer }) => ({
    loss: policyLoss(targets.logProbs, targets, { ...settings, normalizer: normalizer.tokens }),
    statistics: policyStatistics(targets, settings),
  }),
});

/**
 * The loss of `policy` by itself.
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

function policyStatistics({ values, oldLogProbs, samplerLogProbs, advantages }: ObjectiveTargets, clip: ClipRange): Record<string, number> {
  let clipped = 0;
  let kl = 0;
  let gap = 0;
  for (let n = 0; n < values.length; n++) {
    const difference = values[n]! - oldLogProbs[n]!;
    const ratio = Math.exp(difference);
    kl -= difference;
    gap += Math.abs(oldLogProbs[n]! - samplerLogProbs[n]!);
    if ((advantages[n]! > 0 && ratio > 1 + clip.clipHigh) || (advantages[n]! < 0 && ratio < 1 - clip.clipLow)) clipped++;
  }
  return { clip_fraction: clipped, approximate_kl: kl, sampler_gap: gap };
}
