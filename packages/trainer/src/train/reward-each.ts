import type { RewardFunction, RewardOutcome, RolloutToScore } from './reward.ts';

/**
 * A reward function from one that scores a single response. Where it throws, or gives no finite number, that response has no reward, which
 * is not a reward of 0: `trainer.failureLimit` says how many of those a run bears.
 */
export function rewardEach(score: (rollout: RolloutToScore) => number | Promise<number>): RewardFunction {
  return (rollouts) => Promise.all(rollouts.map((rollout) => outcomeOf(score, rollout)));
}

async function outcomeOf(score: (rollout: RolloutToScore) => number | Promise<number>, rollout: RolloutToScore): Promise<RewardOutcome> {
  try {
    const reward = await score(rollout);
    if (Number.isFinite(reward)) return { status: 'scored', reward };
    return { status: 'failed', error: { code: 'reward_not_finite', message: `The reward is ${String(reward)}. Give a finite number.` } };
  } catch (error) {
    return { status: 'failed', error: { code: 'reward_threw', message: error instanceof Error ? error.message : String(error) } };
  }
}
