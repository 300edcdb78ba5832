import { readStep } from '../dashboard/read-rollouts.ts';
import type { RunData } from '../dashboard/run-data.ts';
import type { RolloutRecord } from '../record.ts';

/** The held-out rollouts of one step. */
export interface HeldOutStep {
  readonly step: number;
  readonly records: readonly RolloutRecord[];
}

/** Rollouts of the first and the last step with held-out ones, where there are any. */
export async function heldOutSteps(run: RunData): Promise<{ first?: HeldOutStep; last?: HeldOutStep }> {
  const steps = run.rollouts.steps().filter(({ counts }) => [...counts.keys()].some((split) => split !== 'train'));
  const read = async (step: number): Promise<HeldOutStep> => {
    return { step, records: (await readStep(run, step)).filter(({ split }) => split !== undefined && split !== 'train') };
  };
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return {};
  return first === last ? { last: await read(last.step) } : { first: await read(first.step), last: await read(last.step) };
}

/** The mean reward of each sample by its id; samples whose every response failed have none. */
export function rewardBySample(records: readonly RolloutRecord[]): Map<string, { source: string; reward: number }> {
  const sums = new Map<string, { source: string; sum: number; count: number }>();
  for (const { sample, source, result } of records) {
    if (result.status !== 'scored') continue;
    const known = sums.get(sample) ?? { source, sum: 0, count: 0 };
    sums.set(sample, { source, sum: known.sum + result.reward, count: known.count + 1 });
  }
  return new Map([...sums].map(([sample, { source, sum, count }]) => [sample, { source, reward: sum / count }]));
}
