import { Type } from 'typebox';
import { defineAdvantage } from './advantage.ts';
import { centeredRewards, lacksVariance, placeScored, scoredRewards } from './group-values.ts';

/**
 * Dr. GRPO (Liu et al., arXiv 2503.20783, section 3.2): `A_i = r_i - mean(r)`. Without the division by the group's deviation, prompts that
 * are nearly always or nearly never solved are no longer weighted up. Its loss, a sum over tokens with a constant divisor, is
 * `constantLength` of the objective.
 */
export const drGrpo = defineAdvantage({
  name: 'dr-grpo',
  settings: Type.Object({}, { additionalProperties: false }),
  estimate: (groups) => ({
    groups: groups.map((group) => placeScored(group, centeredRewards(group), lacksVariance(scoredRewards(group)))),
  }),
});
