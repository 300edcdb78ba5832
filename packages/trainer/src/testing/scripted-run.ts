// A run of the training loop over scripted responses and rewards.
import { at } from '@vtriune/format/at';
import type { Engine } from '../engines/engine.ts';
import { resolveTrainConfig } from '../train/config.ts';
import type { RewardFunction, RewardOutcome, RolloutToScore } from '../train/reward.ts';
import type { TrainOptions } from '../train/train-options.ts';
import { train, type StepReport } from '../train/train.ts';
import { written } from './scripted-engine.ts';
import { processor, samples } from './tiny-training.ts';

const FAILED: RewardOutcome = { status: 'failed', error: { code: 'timeout', message: 'too slow' } };

/** Rewards by prompt and response, the same in every step; `null` is a failure. `seen` notes what was to be scored. */
export function rewards(table: readonly (readonly (number | null)[])[], seen: RolloutToScore[] = []): RewardFunction {
  return (rollouts) => {
    seen.push(...rollouts);
    const outcomes = rollouts.map(({ id }): RewardOutcome => {
      const place = id.split('-').map(Number);
      const reward = at(at(table, at(place, 1) % table.length), at(place, 2));
      return reward === null ? FAILED : { status: 'scored', reward };
    });
    return Promise.resolve(outcomes);
  };
}

/** Two responses of every prompt differ. */
export const differing: RewardFunction = rewards([[0, 1]]);

/** A response of one token. */
export function oneToken(): ReturnType<typeof written> {
  return written(8);
}

/** All reports of a run; one step of two prompts with two responses each where the settings say nothing else. */
export async function scriptedRun(
  change: Readonly<Record<string, unknown>>,
  given: { engine: Engine; reward: RewardFunction } & Partial<TrainOptions<RewardOutcome>>,
): Promise<StepReport[]> {
  const { plugins = [] } = given;
  const config = resolveTrainConfig({ steps: 1, promptsPerStep: 2, groupSize: 2, maxNewTokens: 6, ...change }, { plugins });
  const reports: StepReport[] = [];
  for await (const report of train({ processor, samples, config, ...given })) reports.push(report);
  return reports;
}
