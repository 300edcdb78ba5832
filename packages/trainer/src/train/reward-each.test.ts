import { describe, expect, it } from 'vitest';
import type { RolloutToScore } from './reward.ts';
import { rewardEach } from './reward-each.ts';

const rollouts = ['good', 'late', 'nan', 'broken'].map((response) => ({ response }) as RolloutToScore);

describe('rewardEach', () => {
  it('scores each response in order; what throws or is no number has no reward', async () => {
    const reward = rewardEach(({ response }) => {
      if (response === 'broken') throw new RangeError('no boxes');
      if (response === 'late') return new Promise((resolve) => setImmediate(() => resolve(0.5)));
      return response === 'nan' ? Number.NaN : 1;
    });
    expect(await reward(rollouts)).toEqual([
      { status: 'scored', reward: 1 },
      { status: 'scored', reward: 0.5 },
      { status: 'failed', error: { code: 'reward_not_finite', message: 'The reward is NaN. Give a finite number.' } },
      { status: 'failed', error: { code: 'reward_threw', message: 'no boxes' } },
    ]);
  });
});
