import type { GroupAdvantages, ScoredGroup } from './advantage.ts';

/** Mean and sample variance (divisor n - 1) of some numbers; both 0 where there are none, the variance 0 where there is one. */
export function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / Math.max(1, values.length - 1) };
}

/** Rewards of the rollouts that were scored. */
export function scoredRewards({ rollouts }: ScoredGroup): number[] {
  return rollouts.flatMap(({ reward }) => (reward === null ? [] : [reward]));
}

/** A group whose scored rewards are all equal, or that has fewer than two: it says nothing about which response is better. */
export function lacksVariance(values: readonly number[]): boolean {
  return values.length < 2 || Math.sqrt(momentsOf(values).variance) < 1e-8;
}

/** Advantages of a group from those of its scored rollouts, in order; a failed rollout keeps `null`. */
export function placeScored({ rollouts }: ScoredGroup, scored: readonly number[], zeroVariance: boolean): GroupAdvantages {
  let next = 0;
  return { zeroVariance, advantages: rollouts.map(({ reward }) => (reward === null ? null : zeroVariance ? 0 : scored[next++]!)) };
}

/** Rewards of each group minus the group's mean. */
export function centeredRewards(group: ScoredGroup): number[] {
  const rewards = scoredRewards(group);
  const { mean } = momentsOf(rewards);
  return rewards.map((reward) => reward - mean);
}
