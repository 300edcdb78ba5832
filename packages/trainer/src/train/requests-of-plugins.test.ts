// What selectors and estimators are given, and what comes of it; and the order of requests where a step is sampled ahead.
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { counterRandom } from '../counter-random.ts';
import type { Engine } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import type { TrainerPlugin } from '../plugins.ts';
import type { PromptSelector } from '../selection/selection.ts';
import { scriptedEngine, written } from '../testing/scripted-engine.ts';
import { differing, oneToken, rewards, scriptedRun } from '../testing/scripted-run.ts';
import { processor, samples } from '../testing/tiny-training.ts';
import { resolveTrainConfig } from './config.ts';
import type { RewardFunction } from './reward.ts';
import { train, type StepReport } from './train.ts';

describe('a selector', () => {
  function selectorOf(change: Partial<PromptSelector>): TrainerPlugin {
    const plain: PromptSelector = {
      name: 'own',
      settings: Type.Object({ wide: Type.Integer() }, { additionalProperties: false }),
      poolFactor: (settings) => (settings as { wide: number }).wide,
      choose: (_candidates, count) => [4, 1, 0, 2].slice(0, count),
      observe: () => undefined,
      ...change,
    };
    return { meta: { name: 'test', version: '1.0.0' }, selectors: [plain] };
  }
  const selection = { name: 'own', wide: 3 };

  it('sees the next samples with their random numbers, and what it keeps comes back', async () => {
    const chosen: unknown[][] = [];
    const observed: unknown[][] = [];
    const plugin = selectorOf({
      choose: (candidates, count, { settings, state, random }) => {
        chosen.push([candidates.map(({ id, source, task }) => `${id} ${source} ${task}`), count, settings, state, random(0), random(5)]);
        return [4, 1];
      },
      observe: (prompts, { settings, state }) => {
        observed.push([prompts, settings, state]);
        return { times: ((state as { times: number } | undefined)?.times ?? 0) + 1 };
      },
    });
    const { engine, asked } = scriptedEngine(oneToken);
    const reports = await scriptedRun(
      { steps: 2, seed: 9, selection },
      {
        engine,
        reward: rewards([
          [0, 1],
          [null, 1],
        ]),
        plugins: [plugin],
      },
    );
    const candidates = (from: number): string[] =>
      Array.from({ length: 6 }, (_, i) => `${String(from + i)} ${(from + i) % 2 === 0 ? 'even' : 'odd'} test`);
    const random = (position: number): number => counterRandom(9, 0x5e1ec7, position);
    expect(chosen).toEqual([
      [candidates(0), 2, { wide: 3 }, undefined, random(0), random(5)],
      [candidates(6), 2, { wide: 3 }, { times: 1 }, random(6), random(11)],
    ]);
    expect(asked.generate.map(({ prompts }) => prompts.map(({ key }) => key))).toEqual([
      [4, 1],
      [10, 7],
    ]);
    expect(observed[0]).toStrictEqual([
      [
        { id: '4', source: 'even', task: 'test', rollouts: [{ reward: 0 }, { reward: 1 }] },
        { id: '1', source: 'odd', task: 'test', rollouts: [{ reward: null }, { reward: 1 }] },
      ],
      { wide: 3 },
      undefined,
    ]);
    expect(observed[1]?.[2]).toEqual({ times: 1 });
    expect(reports.map(({ state }) => state)).toStrictEqual([
      { step: 1, samplePosition: 6, selection: { times: 1 } },
      { step: 2, samplePosition: 12, selection: { times: 2 } },
    ]);
  });

  it.each([[[0]], [[0, 1, 2]], [[0, 1, 1]], [[0, 0]], [[-1, 0]], [[0, 6]], [[0, 1.5]], [[0, Number.NaN]], [[]]])(
    'that chooses %j of six is named',
    async (indexes) => {
      const plugins = [selectorOf({ choose: () => indexes })];
      await expect(
        scriptedRun({ selection }, { engine: scriptedEngine(oneToken).engine, reward: differing, plugins }),
      ).rejects.toMatchObject({
        code: 'invalid_plugin',
        message: expect.stringMatching(
          /selector own chose \[.*\] of 6 candidates; it must choose 2 different indexes from 0 to 5/,
        ) as string,
      });
    },
  );

  it('may choose the first and the last of them', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    await scriptedRun({ selection }, { engine, reward: differing, plugins: [selectorOf({ choose: () => [5, 0] })] });
    expect(asked.generate[0]?.prompts.map(({ key }) => key)).toEqual([5, 0]);
  });
});

describe('an estimator', () => {
  it('sees rewards with their components, and keeps a state', async () => {
    const seen: unknown[] = [];
    const plugin: TrainerPlugin = {
      meta: { name: 'test', version: '1.0.0' },
      advantages: [
        {
          name: 'own',
          settings: Type.Object({ scale: Type.Number() }),
          estimate: (groups, { settings, state }) => {
            seen.push([groups, settings, state]);
            return {
              groups: groups.map(({ rollouts }) => ({ advantages: rollouts.map((_, n) => n + 0.5), zeroVariance: false })),
              ...(state === undefined ? { state: 1 } : { state: (state as number) + 1 }),
            };
          },
        },
      ],
    };
    const reward: RewardFunction = (rollouts) =>
      Promise.resolve(
        rollouts.map((_, n) => (n === 1 ? { status: 'scored', reward: 0.25, components: { format: 1 } } : { status: 'scored', reward: n })),
      );
    const { engine, asked } = scriptedEngine(oneToken);
    const reports = await scriptedRun({ steps: 2, advantage: { name: 'own', scale: 3 } }, { engine, reward, plugins: [plugin] });
    expect(seen[0]).toStrictEqual([
      [
        { id: '0', source: 'even', task: 'test', rollouts: [{ reward: 0 }, { reward: 0.25, components: { format: 1 } }] },
        { id: '1', source: 'odd', task: 'test', rollouts: [{ reward: 2 }, { reward: 3 }] },
      ],
      { scale: 3 },
      undefined,
    ]);
    expect((seen[1] as unknown[])[2]).toBe(1);
    expect(reports.map(({ state }) => state.advantage)).toEqual([1, 2]);
    expect(asked.updates[0]?.rows.map(({ targets }) => targets.map(({ advantage }) => advantage))).toEqual([
      [0.5, 1.5],
      [0.5, 1.5],
    ]);
  });
});

describe('staleness 1', () => {
  const stale = { steps: 3, staleness: 1 };

  it('asks for the responses of the next step before the update, and for none after the last', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    const reports = await scriptedRun(stale, { engine, reward: differing });
    expect(asked.calls).toEqual(['generate', 'generate', 'update', 'generate', 'update', 'update']);
    expect(reports.map(({ staleness }) => staleness)).toEqual([0, 1, 1]);
    expect(reports.map(({ state }) => state.samplePosition)).toEqual([2, 4, 6]);
    expect(reports.map(({ state }) => state.sampled?.length)).toEqual([2, 2, undefined]);
    expect(asked.generate.map(({ prompts }) => prompts.map(({ key }) => key))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('goes on with the responses of a state, and refuses those of other settings', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    const sampled = [
      [written(30), written(31)],
      [written(32), written(33)],
    ];
    const state = { step: 2, samplePosition: 4, sampled };
    const reports = await scriptedRun(stale, { engine, reward: differing, state });
    expect(asked.calls).toEqual(['update']);
    expect(reports[0]?.staleness).toBe(1);
    expect(asked.updates[0]?.rows.map(({ targets }) => targets.map(({ tokenId }) => tokenId))).toEqual([
      [30, 31],
      [32, 33],
    ]);
    const refused = (change: Readonly<Record<string, unknown>>, other = state): Promise<StepReport[]> =>
      scriptedRun({ ...stale, ...change }, { engine, reward: differing, state: other });
    await expect(refused({ promptsPerStep: 3 })).rejects.toThrow(/2 groups of 2, and the settings ask for 3 of 2/);
    await expect(refused({ groupSize: 3 })).rejects.toMatchObject({ code: 'invalid_config' });
    const uneven = { ...state, sampled: [sampled[0]!, [written(32)]] };
    await expect(refused({}, uneven)).rejects.toThrow(/holds the responses of the next step/);
    await expect(refused({}, { ...state, sampled: [] })).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('reports the step before where the next cannot be sampled, whether the engine was asked or not', async () => {
    const gone = new TrainerError('rollout_failed', 'The server is gone.');
    const config = resolveTrainConfig({ steps: 3, staleness: 1, promptsPerStep: 2, groupSize: 2 });
    // The sample fails once: a run that tried again would go on.
    let tries = 0;
    const broken = { at: (index: number) => (index === 2 && ++tries === 1 ? Promise.reject(gone) : samples.at(index)) };
    let calls = 0;
    const own = scriptedEngine(oneToken).engine;
    const refusing: Engine = {
      ...own,
      generate: (prompts, options) => (++calls === 2 ? Promise.reject(gone) : own.generate(prompts, options)),
    };
    for (const given of [
      { samples: broken, engine: scriptedEngine(oneToken).engine },
      { samples, engine: refusing },
    ]) {
      const reports = train({ processor, reward: differing, config, ...given });
      const { value } = await reports.next();
      expect(value?.updates).toHaveLength(1);
      expect(value?.state).toStrictEqual({ step: 1, samplePosition: 2 });
      await expect(reports.next()).rejects.toBe(gone);
    }
  });
});
