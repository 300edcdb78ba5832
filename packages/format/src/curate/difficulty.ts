import { asksForBoxes } from './boxes-of.ts';
import type { Filter } from './filter.ts';

/** The rewards of a sample's responses, from a rollouts file. */
export type RewardsById = ReadonlyMap<string, readonly number[]>;

/** What a sample must be worth to learn from. */
export interface DifficultySettings {
  /** Reasoning: the share of right responses; `below` is excluded, so that what is always right goes. */
  readonly passRate: { readonly from: number; readonly below: number };
  /** Perception: the sum of the rewards over so many responses, both ends included. */
  readonly rewardSum: { readonly from: number; readonly to: number; readonly of: number };
}

/** Keeps samples that are neither too easy nor hopeless for the model that wrote the rollouts. One without rollouts goes, and is counted as such. */
export function difficulty({ passRate, rewardSum }: DifficultySettings, rewards: RewardsById): Filter {
  return {
    name: 'difficulty',
    reason: ({ sample }) => {
      const own = rewards.get(sample.extra_info.id);
      if (own === undefined || own.length === 0) return 'no rollouts';
      const sum = own.reduce((total, reward) => total + reward, 0);
      if (asksForBoxes(sample)) {
        const scaled = (sum * rewardSum.of) / own.length;
        if (scaled < rewardSum.from) return 'too hard';
        return scaled > rewardSum.to ? 'too easy' : undefined;
      }
      const rate = own.filter((reward) => reward >= 1 - 1e-9).length / own.length;
      if (rate < passRate.from) return 'too hard';
      return rate >= passRate.below ? 'too easy' : undefined;
    },
  };
}
