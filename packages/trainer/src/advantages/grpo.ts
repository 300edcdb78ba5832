import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineAdvantage, type GroupAdvantages } from './advantage.ts';
import { lacksVariance, momentsOf } from './group-values.ts';

/** How rewards of a group become advantages. */
export interface AdvantageOptions {
  /** Divide by the group's standard deviation (GRPO); false leaves the centered reward (Dr. GRPO, arXiv 2503.20783). */
  normalizeByDeviation: boolean;
}

/** Group-relative advantages of GRPO (arXiv 2402.03300, eq. 4): each group by itself. */
export const grpo = defineAdvantage({
  name: 'grpo',
  settings: Type.Object(
    {
      normalizeByDeviation: withDefault(
        Type.Boolean({ description: 'Divide by the standard deviation of the group; false is Dr. GRPO.' }),
        true,
      ),
    },
    { additionalProperties: false },
  ),
  estimate: (groups, { settings }) => ({
    groups: groups.map(({ rollouts }) =>
      groupAdvantages(
        rollouts.map(({ reward }) => reward),
        settings,
      ),
    ),
  }),
});

/**
 * Group-relative advantages `(r - mean) / (std + 1e-6)` over the scored rollouts of a prompt, with the sample standard deviation, as in the
 * reference trainers. Failed rollouts, `null`, are left out of mean and deviation. A group with fewer than two scored rollouts, or with no
 * variance, has advantages of 0.
 */
export function groupAdvantages(rewards: readonly (number | null)[], options: AdvantageOptions): GroupAdvantages {
  const scored = rewards.filter((reward) => reward !== null);
  const { mean, variance } = momentsOf(scored);
  const deviation = Math.sqrt(variance);
  const zeroVariance = lacksVariance(scored);
  const scale = zeroVariance ? 0 : options.normalizeByDeviation ? 1 / (deviation + 1e-6) : 1;
  return { advantages: rewards.map((reward) => (reward === null ? null : (reward - mean) * scale)), zeroVariance };
}
