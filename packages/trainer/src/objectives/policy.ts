import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { clippedLosses, countClipped, ratioValues, tokenRatio, type ClipRange } from './clip-range.ts';
import { weightedSum } from './mean.ts';
import { defineObjective, type ObjectiveTargets } from './objective.ts';
import { policyOutput, POLICY_SETTINGS, POLICY_STATISTICS, usesReference } from './policy-loss.ts';

/** Per-token constants of the clipped policy loss, `[N]` each. */
export type PolicyTargets = Pick<ObjectiveTargets, 'oldLogProbs' | 'advantages' | 'weights'>;

/** Settings of the clip range, with the defaults of DAPO. */
export const CLIP_SETTINGS = {
  clipLow: withDefault(Type.Number({ minimum: 0, maximum: 1, description: 'Lower clip of the probability ratio.' }), 0.2),
  clipHigh: withDefault(Type.Number({ minimum: 0, description: 'Upper clip of the probability ratio (clip-higher).' }), 0.28),
};

/**
 * Clipped policy loss (PPO's surrogate, arXiv 1707.06347, eq. 7, with DAPO's asymmetric range, arXiv 2503.14476, eq. 10; V-Triune
 * section 4): `loss_t = -min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t)` with `r_t = exp(logp_t - oldLogp_t)`. Reports the share of tokens
 * whose ratio left the range on the side that counts, the mean of `old - new` as an estimate of the KL divergence from the sampling policy,
 * and `sampler_gap`, the mean absolute difference of what sampler and trainer say of a token before the first update.
 */
export const policy = defineObjective({
  name: 'policy',
  settings: Type.Object({ ...CLIP_SETTINGS, ...POLICY_SETTINGS }, { additionalProperties: false }),
  statistics: POLICY_STATISTICS,
  usesReference,
  loss: (targets, context) =>
    policyOutput(targets, context, {
      losses: clippedLosses(tokenRatio(targets), targets.advantages, context.settings),
      clipped: countClipped(ratioValues(targets), targets.advantages, context.settings),
    }),
});

/**
 * The loss of `policy` by itself, as a mean over tokens.
 *
 * @param logProbs `[N]`
 * @param normalizer tokens of the whole batch over all ranks, so that the sum of the ranks' losses is the loss of the batch
 * @returns scalar
 */
export function policyLoss(logProbs: tf.Tensor1D, targets: PolicyTargets, options: ClipRange & { normalizer: number }): tf.Scalar {
  return tf.tidy(() => {
    const losses = clippedLosses(tokenRatio({ logProbs, oldLogProbs: targets.oldLogProbs }), targets.advantages, options);
    return tf.div<tf.Scalar>(weightedSum(losses, targets.weights), options.normalizer);
  });
}
