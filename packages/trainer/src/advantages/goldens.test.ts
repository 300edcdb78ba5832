// Every estimator against verl's code, and PyTorch where verl has none, with the saved state going from step to step.
import { readFileSync } from 'node:fs';
import { settings } from '@vtriune/format/settings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../plugins.ts';
import type { AdvantageOutput, ScoredGroup } from './advantage.ts';
import { normalQuantile } from './normal-quantile.ts';

interface Goldens {
  groups: { tasks: string[]; accuracy: number[][]; format: number[][] };
  advantages: Record<string, { settings: { name: string } & Record<string, unknown>; steps: number[][][]; advantages: number[][] }>;
  quantiles: [number, number][];
}

const goldens = JSON.parse(readFileSync(new URL('../../test/fixtures/algorithms/goldens.json', import.meta.url), 'utf8')) as Goldens;
const { tasks, accuracy, format } = goldens.groups;

function estimate(
  { name, ...own }: { name: string } & Record<string, unknown>,
  groups: readonly ScoredGroup[],
  state?: unknown,
): AdvantageOutput {
  const estimator = algorithms().advantages.get(name)!;
  return estimator.estimate(groups, { settings: settings(estimator.settings).parse(own), state });
}

function groupsOf(rewards: readonly (readonly number[])[]): ScoredGroup[] {
  return rewards.map((group, g) => ({
    source: tasks[g]!,
    task: tasks[g]!,
    rollouts: group.map((reward, i) => ({ reward, components: { accuracy: accuracy[g]![i]!, format: format[g]![i]! } })),
  }));
}

/** The group with a rollout in its middle that has no reward. */
function withFailure({ rollouts, ...group }: ScoredGroup): ScoredGroup {
  return {
    ...group,
    rollouts: [rollouts[0]!, { reward: null }, ...rollouts.slice(1)],
  };
}

describe('estimators', () => {
  it.each(Object.entries(goldens.advantages))('%s gives the advantages of the reference', (_name, golden) => {
    let output: AdvantageOutput | undefined;
    // The state crosses a checkpoint as JSON.
    for (const rewards of golden.steps)
      output = estimate(
        golden.settings,
        groupsOf(rewards),
        output?.state === undefined ? undefined : JSON.parse(JSON.stringify(output.state)),
      );
    output?.groups.forEach(({ advantages }, g) =>
      advantages.forEach((value, i) => expect(value).toBeCloseTo(golden.advantages[g]![i]!, 5)),
    );
  });

  it.each(Object.entries(goldens.advantages))('%s leaves failed rollouts out', (_name, golden) => {
    const groups = groupsOf(golden.steps[0]!);
    const whole = estimate(golden.settings, groups).groups;
    const failed = estimate(golden.settings, groups.map(withFailure)).groups;
    failed.forEach(({ advantages, zeroVariance }, g) => {
      expect(advantages[1]).toBeNull();
      expect(advantages.filter((value) => value !== null)).toEqual(whole[g]!.advantages);
      expect(zeroVariance).toBe(whole[g]!.zeroVariance);
    });
  });

  it.each([...algorithms().advantages.keys()])('%s has no use for groups without variance', (name) => {
    const same = (reward: number | null): ScoredGroup => ({
      source: 'a',
      task: 'a',
      rollouts: [1, 2].map(() => (reward === null ? { reward } : { reward, components: { accuracy: reward } })),
    });
    for (const { advantages, zeroVariance } of estimate({ name }, [same(0), same(0.3), same(null), { ...same(1), rollouts: [] }]).groups) {
      expect(zeroVariance).toBe(true);
      expect(advantages.every((value) => value === null || value === 0)).toBe(true);
    }
  });

  it.each([...algorithms().advantages.keys()])('%s keeps the order of the rewards of a group', (name) => {
    const rewards = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(rewards, { minLength: 1, maxLength: 5 }), (given) => {
        const groups = given.map((group): ScoredGroup => ({
          source: 'a',
          task: 'a',
          rollouts: group.map((reward) => ({ reward, components: { accuracy: reward } })),
        }));
        estimate({ name }, groups).groups.forEach(({ advantages }, g) => {
          const order = given[g]!.map((reward, i) => ({ reward, advantage: advantages[i]! })).sort((a, b) => a.reward - b.reward);
          order.slice(1).forEach(({ advantage }, i) => expect(advantage).toBeGreaterThanOrEqual(order[i]!.advantage - 1e-6));
        });
      }),
    );
  });

  it('ema-grpo keeps what it knows of tasks that a step lacks, and of those whose rewards all failed', () => {
    const group = (task: string, rewards: readonly (number | null)[]): ScoredGroup => ({
      source: 's',
      task,
      rollouts: rewards.map((reward) => ({ reward })),
    });
    const { state } = estimate({ name: 'ema-grpo' }, [group('math', [1, 0]), group('ocr', [1, 1])]);
    const later = estimate({ name: 'ema-grpo' }, [group('counting', [0, 1]), group('ocr', [null, null])], state).state;
    expect(later).toEqual({ math: { mean: 0.5, square: 0.5 }, ocr: { mean: 1, square: 1 }, counting: { mean: 0.5, square: 0.5 } });
  });

  it('ema-grpo refuses the state of another estimator', () => {
    expect(() => estimate({ name: 'ema-grpo' }, groupsOf([[1, 0]]), { steps: 3 })).toThrow(/another estimator/);
  });

  it('gdpo says which components there are', () => {
    const groups = groupsOf([[1, 0, 1, 0]]);
    expect(() => estimate({ name: 'gdpo', weights: { tidiness: 1 } }, groups)).toThrow(/only accuracy, format/);
    expect(() => estimate({ name: 'gdpo' }, [{ source: 's', task: 't', rollouts: [{ reward: 1 }, { reward: 0 }] }])).toThrow(/have none/);
    expect(() =>
      estimate({ name: 'gdpo' }, [
        {
          source: 's',
          task: 't',
          rollouts: [
            { reward: 1, components: { a: 1 } },
            { reward: 0, components: {} },
          ],
        },
      ]),
    ).toThrow(/lacks the reward component "a"/);
  });
});

describe('normalQuantile', () => {
  it.each(goldens.quantiles)('of %d is that of Python', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
  });
  it('refuses what is no probability', () => {
    for (const wrong of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(wrong)).toThrow(/within 1e-10/);
  });
});
