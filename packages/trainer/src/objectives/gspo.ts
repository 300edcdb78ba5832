import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { clippedLosses, countClipped } from './clip-range.ts';
import { defineObjective, type ObjectiveTargets } from './objective.ts';
import { policyOutput, POLICY_SETTINGS, POLICY_STATISTICS, usesReference } from './policy-loss.ts';

/**
 * GSPO (Zheng et al., arXiv 2507.18071, eq. 5 to 7): one ratio for a whole response, the geometric mean of those of its tokens,
 * `s_i = exp(mean_t(logp_t - oldLogp_t))`, clipped as a whole. The gradient goes through each token as `s_i A_i dlogp_t` (its eq. 14), which
 * summed over a response is that of `s_i A_i`. The mean is over responses, as in the paper. Ratios of responses vary far less than those of
 * tokens, so that the range is narrow.
 */
export const gspo = defineObjective({
  name: 'gspo',
  settings: Type.Object(
    {
      clipLow: withDefault(Type.Number({ minimum: 0, maximum: 1, description: "Lower clip of a response's ratio." }), 3e-4),
      clipHigh: withDefault(Type.Number({ minimum: 0, description: "Upper clip of a response's ratio." }), 4e-4),
      ...POLICY_SETTINGS,
      mean: withDefault(POLICY_SETTINGS.mean, 'sequence'),
    },
    { additionalProperties: false },
  ),
  statistics: POLICY_STATISTICS,
  usesReference,
  loss: (targets, context) => {
    const ratios = sequenceLogRatios(targets);
    return policyOutput(targets, context, {
      losses: tf.tidy(() => {
        // The tokens' own log-probabilities cancel in the value and carry the gradient.
        const shift = ratios.map((ratio, n) => ratio - targets.values[n]!);
        return clippedLosses(tf.exp(tf.add<tf.Tensor1D>(targets.logProbs, tf.tensor1d(shift))), targets.advantages, context.settings);
      }),
      clipped: countClipped(
        ratios.map((ratio) => Math.exp(ratio)),
        targets.advantages,
        context.settings,
      ),
    });
  },
});

/** For each token the mean of `logp - oldLogp` over its response; tokens of weight 0 do not count. */
function sequenceLogRatios({
  values,
  oldLogProbs,
  weights,
  sequences,
}: Pick<ObjectiveTargets, 'values' | 'oldLogProbs' | 'weights' | 'sequences'>): Float32Array {
  const sums = new Map<number, { difference: number; total: number }>();
  const sumsOf = (sequence: number): { difference: number; total: number } => {
    const found = sums.get(sequence) ?? { difference: 0, total: 0 };
    sums.set(sequence, found);
    return found;
  };
  sequences.forEach((sequence, n) => {
    const sum = sumsOf(sequence);
    sum.difference += weights[n]! * (values[n]! - oldLogProbs[n]!);
    sum.total += weights[n]!;
  });
  // A response whose tokens all have weight 0 has no loss; its ratio is 1.
  return Float32Array.from(sequences, (sequence) => {
    const { difference, total } = sumsOf(sequence);
    return total === 0 ? 0 : difference / total;
  });
}
