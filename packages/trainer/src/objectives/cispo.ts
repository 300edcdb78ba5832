import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { ratioValues } from './clip-range.ts';
import { defineObjective } from './objective.ts';
import { policyOutput, POLICY_SETTINGS, POLICY_STATISTICS, usesReference } from './policy-loss.ts';

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585, eq. 4 and 5): `loss_t = -sg(clip(r_t, 1 - low, 1 + high)) A_t logp_t`, where `sg` stops the gradient.
 * The weight of a token is clipped and not its gradient, so that rare tokens whose ratio left the range such as `however` and `wait` still learn. The
 * paper sets no lower bound and does not tell the upper; a largest weight of 5 is from ScaleRL (arXiv 2510.13786).
 */
export const cispo = defineObjective({
  name: 'cispo',
  settings: Type.Object(
    {
      clipLow: withDefault(
        Type.Number({ minimum: 0, maximum: 1, description: 'Least weight of a token is 1 minus this; 1 sets no bound.' }),
        1,
      ),
      clipHigh: withDefault(Type.Number({ minimum: 0, description: 'Largest weight of a token is 1 plus this.' }), 4),
      ...POLICY_SETTINGS,
    },
    { additionalProperties: false },
  ),
  statistics: POLICY_STATISTICS,
  usesReference,
  loss: (targets, context) => {
    const { clipLow, clipHigh } = context.settings;
    const ratios = ratioValues(targets);
    const weights = ratios.map((ratio) => Math.min(1 + clipHigh, Math.max(1 - clipLow, ratio)));
    return policyOutput(targets, context, {
      losses: tf.tidy(() => {
        const factor = weights.map((weight, n) => -weight * targets.advantages[n]!);
        return tf.mul(tf.tensor1d(factor), targets.logProbs);
      }),
      clipped: ratios.reduce((count, ratio, n) => count + (ratio === weights[n]! ? 0 : 1), 0),
    });
  },
});
