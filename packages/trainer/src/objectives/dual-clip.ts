import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { clippedLosses, countClipped, ratioValues, tokenRatio } from './clip-range.ts';
import { defineObjective } from './objective.ts';
import { CLIP_SETTINGS } from './policy.ts';
import { policyOutput, POLICY_SETTINGS, POLICY_STATISTICS, usesReference } from './policy-loss.ts';

/**
 * Dual-clip PPO (Ye et al., arXiv 1912.09729, eq. 5): where the advantage is negative, the loss of a token is at most `-c A_t`. Without it a
 * token that the policy has come to prefer after it was sampled, `r_t` far above 1, is pushed away without bound.
 */
export const dualClip = defineObjective({
  name: 'dual-clip',
  settings: Type.Object(
    {
      ...CLIP_SETTINGS,
      dualClip: withDefault(
        Type.Number({ exclusiveMinimum: 1, description: 'Largest ratio that counts where the advantage is negative.' }),
        3,
      ),
      ...POLICY_SETTINGS,
    },
    { additionalProperties: false },
  ),
  statistics: POLICY_STATISTICS,
  usesReference,
  loss: (targets, context) => {
    const { advantages } = targets;
    const { dualClip: bound } = context.settings;
    const ratios = ratioValues(targets);
    const beyond = ratios.reduce((count, ratio, n) => count + (advantages[n]! < 0 && ratio > bound ? 1 : 0), 0);
    return policyOutput(targets, context, {
      losses: tf.tidy(() => {
        const clipped = clippedLosses(tokenRatio(targets), advantages, context.settings);
        const most = advantages.map((advantage) => (advantage < 0 ? -advantage * bound : Number.MAX_VALUE));
        return tf.minimum(clipped, tf.tensor1d(most));
      }),
      clipped: countClipped(ratios, advantages, context.settings) + beyond,
    });
  },
});
