import { Type } from 'typebox';
import { defineAdvantage } from './advantage.ts';
import { lacksVariance, placeScored, scoredRewards } from './group-values.ts';

/**
 * REINFORCE leave-one-out (Ahmadian et al., arXiv 2402.14740): `A_i = r_i - mean of the other responses' rewards`, an unbiased
 * baseline.
 */
export const rloo = defineAdvantage({
  name: 'rloo',
  settings: Type.Object({}, { additionalProperties: false }),
  estimate: (groups) => ({
    groups: groups.map((group) => {
      const rewards = scoredRewards(group);
      const sum = rewards.reduce((total, reward) => total + reward, 0);
      const advantages = rewards.map((reward) => reward - (sum - reward) / (rewards.length - 1));
      return placeScored(group, advantages, lacksVariance(rewards));
    }),
  }),
});
