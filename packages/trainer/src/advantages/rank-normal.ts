import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineAdvantage } from './advantage.ts';
import { lacksVariance, placeScored, scoredRewards } from './group-values.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * Rank to normal (G2RPO of OpenVLThinkerV2, arXiv 2604.08539): the rewards of a group are replaced by quantiles of the standard normal
 * distribution, `A_i = Phi^-1((rank_i - 0.5) / n)`; equal rewards share the mean of their quantiles. Then the same over all responses of a
 * task in the step. Every task ends with one and the same distribution of advantages, however its rewards are spread, and an outlier cannot
 * take the whole update.
 */
export const rankNormal = defineAdvantage({
  name: 'rank-normal',
  settings: Type.Object(
    {
      acrossTask: withDefault(
        Type.Boolean({ description: 'Map the advantages of all responses of a task to a normal distribution once more.' }),
        true,
      ),
    },
    { additionalProperties: false },
  ),
  estimate: (groups, { settings: { acrossTask } }) => {
    const useful = groups.map((group) => !lacksVariance(scoredRewards(group)));
    const own = groups.map((group) => toNormal(scoredRewards(group)));
    if (acrossTask) {
      for (const task of new Set(groups.map((group) => group.task))) {
        const members = groups.flatMap((group, index) => (group.task === task && useful[index] === true ? [index] : []));
        const mapped = toNormal(members.flatMap((index) => own[index]!));
        let next = 0;
        for (const index of members) own[index] = own[index]!.map(() => mapped[next++]!);
      }
    }
    return { groups: groups.map((group, index) => placeScored(group, own[index]!, useful[index] === false)) };
  },
});

/** Quantiles of the standard normal distribution in the order of the values; equal values share the mean of theirs. */
export function toNormal(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const mapped: number[] = [];
  for (let start = 0; start < order.length;) {
    let end = start;
    let sum = 0;
    // Advantages of another group that should be equal may differ in the last bit.
    for (; end < order.length && order[end]!.value - order[start]!.value < 1e-9; end++) sum += normalQuantile((end + 0.5) / order.length);
    for (let place = start; place < end; place++) mapped[order[place]!.index] = sum / (end - start);
    start = end;
  }
  return mapped;
}
