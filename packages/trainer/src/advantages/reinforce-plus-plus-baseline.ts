import { Type } from 'typebox';
import { defineAdvantage } from './advantage.ts';
import { centeredRewards, lacksVariance, momentsOf, placeScored, scoredRewards } from './group-values.ts';

/**
 * REINFORCE++ with a group baseline (Hu et al., arXiv 2501.03262): `A_i = r_i - mean(r of its group)`, then over all responses
 * of the step `(A_i - mean(A)) / sqrt(var(A) + 1e-8)`. One scale for the whole batch, so that groups of small variance are not blown up.
 */
export const reinforcePlusPlusBaseline = defineAdvantage({
  name: 'reinforce-plus-plus-baseline',
  settings: Type.Object({}, { additionalProperties: false }),
  estimate: (groups) => {
    const centered = groups.map(centeredRewards);
    const { mean, variance } = momentsOf(centered.flat());
    const scale = 1 / Math.sqrt(variance + 1e-8);
    return {
      groups: groups.map((group, index) =>
        placeScored(
          group,
          centered[index]!.map((value) => (value - mean) * scale),
          lacksVariance(scoredRewards(group)),
        ),
      ),
    };
  },
});
