import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineAdvantage } from '../advantages/advantage.ts';
import { selectBackend } from '../backend/select-backend.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { TrainerError } from '../errors.ts';
import { defineObjective } from '../objectives/objective.ts';
import type { TrainerPlugin } from '../plugins.ts';
import type { Processor } from '../processor/processor.ts';
import { TINY, tinyModel } from '../testing/tiny-model.ts';
import { engine, meanReward, processor, reward, run, samples, settings, WANTED } from '../testing/tiny-training.ts';
import { resolveTrainConfig } from './config.ts';
import { evaluate } from './evaluate.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { stopTokens } from './stop-tokens.ts';
import { train, type StepReport } from './train.ts';
import type { TrainState } from './train-options.ts';

const { config: modelConfig, parameters } = tinyModel();

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('train', () => {
  it('raises the reward', async () => {
    const reports = await run({ config: settings({ steps: 30, learningRate: 1e-2 }), engine: engine() });
    expect(meanReward(reports[0])).toBeLessThan(0.15);
    expect(meanReward(reports.at(-1))).toBeGreaterThan(0.5);
  });

  it('stops at a prompt that is too long, and names it with its size and the setting', async () => {
    const config = settings({ maxPromptTokens: 9 });
    await expect(run({ config, engine: engine() })).rejects.toThrow(
      /sample "0" of even: the prompt has 10 tokens, maxPromptTokens allows 9.*raise maxPromptTokens/,
    );
    expect(await run({ config: settings({ steps: 1, maxPromptTokens: 10 }), engine: engine() })).toHaveLength(1);
  });

  it('names the largest sample where memory does not suffice', async () => {
    const short = (): Promise<never> => Promise.reject(new TrainerError('out_of_memory', 'The scores need 9 GB.'));
    const items = await Promise.all([0, 1].map((index) => samples.at(index)));
    for (const method of ['encodeImages', 'generate', 'update'] as const)
      await expect(run({ config: settings({ steps: 1 }), engine: { ...engine(), [method]: short } })).rejects.toThrow(
        /The scores need 9 GB\. The longest prompt of the batch is sample "\d" of (even|odd): 10 tokens/,
      );
    const tried = evaluate({ engine: { ...engine(), generate: short }, processor, items, reward, maxNewTokens: 2 });
    await expect(tried).rejects.toThrow('sample "0" of even: 10 tokens');
  });

  it('goes on from a saved state bit for bit', async () => {
    const straight = engine();
    await run({ config: settings(), engine: straight });
    const first = engine();
    let saved: { state: TrainState; snapshot: Awaited<ReturnType<Engine['snapshot']>> } | undefined;
    for await (const report of train({ processor, samples, reward, config: settings(), engine: first })) {
      if (report.state.step === 2) {
        saved = { state: report.state, snapshot: await first.snapshot() };
        break;
      }
    }
    const resumed = engine();
    if (saved === undefined) throw new RangeError('the run ended before step 2');
    await resumed.restore(saved.snapshot);
    await run({ config: settings(), engine: resumed, state: saved.state });
    expect((await resumed.snapshot()).parameters).toEqual((await straight.snapshot()).parameters);
  });

  it('leaves failed rollouts out of their group', async () => {
    const failing: RewardFunction = (rollouts) =>
      Promise.resolve(
        rollouts.map((_, i): RewardOutcome =>
          i % 6 === 0 ? { status: 'failed', error: { code: 'verifier_error', message: 'broken' } } : { status: 'scored', reward: i % 2 },
        ),
      );
    const [report] = await run({ config: settings({ steps: 1 }), engine: engine(), reward: failing });
    const group = report?.rollouts.slice(0, 6) ?? [];
    expect(group[0]?.advantage).toBeNull();
    expect(group.slice(1).reduce((sum, { advantage }) => sum + (advantage ?? Number.NaN), 0)).toBeCloseTo(0, 5);
  });

  it('stops with the reason when too many rewards fail', async () => {
    const broken: RewardFunction = (rollouts) =>
      Promise.resolve(rollouts.map(() => ({ status: 'failed', error: { code: 'timeout', message: 'the verifier hangs' } })));
    await expect(run({ config: settings(), engine: engine(), reward: broken })).rejects.toMatchObject({
      code: 'reward_failures',
      message: expect.stringContaining('the verifier hangs') as string,
    });
  });

  it('takes off-policy steps after the first minibatch', async () => {
    const [report] = await run({
      config: settings({ steps: 1, promptsPerStep: 8, updatesPerStep: 2, learningRate: 3e-2 }),
      engine: engine(),
    });
    expect(report?.updates).toHaveLength(2);
    expect(report?.updates[0]?.statistics['approximate_kl']).toBe(0);
    expect(Math.abs(report?.updates[1]?.statistics['approximate_kl'] ?? 0)).toBeGreaterThan(0);
  });
});

describe('dynamic sampling', () => {
  /** Responses to every other prompt differ in reward. */
  const everyOther: RewardFunction = (rollouts) =>
    Promise.resolve(
      rollouts.map(({ id, sample }) => {
        const [, , response] = id.split('-');
        return { status: 'scored', reward: sample.data_source === 'even' ? Number(response) % 2 : 1 };
      }),
    );

  it('samples further prompts until enough groups have different rewards', async () => {
    const config = settings({ steps: 2, promptsPerStep: 4, groupSize: 4, samplingRounds: 5 });
    const [first, second] = await run({ config, engine: engine(), reward: everyOther });
    // Rounds of 4, 2, 1 and 1 prompts: 2 + 1 + 1 + 0 useful groups and so on.
    expect(first?.groups.filter(({ zeroVariance }) => !zeroVariance)).toHaveLength(4);
    expect(first?.state.samplePosition).toBe(first?.groups.length);
    expect(first?.groups.length).toBeGreaterThan(4);
    expect(new Set(first?.rollouts.map(({ id }) => id)).size).toBe((first?.groups.length ?? 0) * 4);
    expect(first?.updates[0]?.tokens).toBe(
      first?.groups
        .filter(({ zeroVariance }) => !zeroVariance)
        .flatMap(({ rollouts }) => rollouts.flatMap(({ generation }) => generation.tokenIds.filter((id) => id !== TINY.imagePad))).length,
    );
    expect(second?.groups[0]?.prompt.sample.extra_info.id).toBe(String(first?.state.samplePosition));
  });

  it('stops after its rounds and learns from what there is', async () => {
    const same: RewardFunction = (rollouts) => Promise.resolve(rollouts.map(() => ({ status: 'scored', reward: 1 })));
    const [report] = await run({ config: settings({ steps: 1, promptsPerStep: 2, samplingRounds: 3 }), engine: engine(), reward: same });
    expect(report?.groups).toHaveLength(6);
    expect(report?.updates).toEqual([]);
  });
});

describe('selection', () => {
  it('chooses among the next samples, and what it keeps comes back after a resumed step', async () => {
    const config = resolveTrainConfig({
      steps: 3,
      promptsPerStep: 2,
      groupSize: 4,
      maxNewTokens: 6,
      selection: { name: 'worst-task', temperature: 0.05 },
    });
    expect(config.selection).toEqual({ name: 'worst-task', pool: 3, decay: 0.9, temperature: 0.05 });
    const paid: RewardFunction = (rollouts) =>
      Promise.resolve(rollouts.map(({ id }) => ({ status: 'scored', reward: Number(id.split('-')[2]) % 2 })));
    const reports = await run({ config, engine: engine(), reward: paid });
    expect(reports.map(({ state }) => state.samplePosition)).toEqual([6, 12, 18]);
    expect(reports[0]?.state.selection).toEqual({ test: 0.5 });
    const [resumed] = await run({
      config: { ...config, steps: 2 },
      engine: engine(),
      reward: paid,
      state: structuredClone(reports[0]!.state),
    });
    expect(resumed?.groups.map(({ prompt }) => prompt.sample.extra_info.id)).toEqual(
      reports[1]?.groups.map(({ prompt }) => prompt.sample.extra_info.id),
    );
  });

  it('names a selector that chooses what is not there', async () => {
    const plugin: TrainerPlugin = {
      meta: { name: 'own', version: '1.0.0' },
      selectors: [{ name: 'twice', settings: Type.Object({}), poolFactor: () => 1, choose: () => [0, 0, 1, 2], observe: () => undefined }],
    };
    const config = resolveTrainConfig({ steps: 1, promptsPerStep: 4, groupSize: 2, selection: { name: 'twice' } }, { plugins: [plugin] });
    const reports = train({ processor, samples, reward, config, engine: engine(), plugins: [plugin] });
    await expect(reports.next()).rejects.toThrow(/selector twice chose \[0, 0, 1, 2\] of 4 candidates/);
  });
});

describe('overlong responses', () => {
  it('get a lower advantage and keep their reported reward', async () => {
    const same: RewardFunction = (rollouts) => Promise.resolve(rollouts.map(() => ({ status: 'scored', reward: 1 })));
    const [report] = await run({
      config: settings({ steps: 1, groupSize: 8, maxNewTokens: 6, overlongBuffer: 5, seed: 3 }),
      engine: engine(),
      reward: same,
    });
    const differing = report?.groups.filter(({ zeroVariance }) => !zeroVariance) ?? [];
    expect(differing.length).toBeGreaterThan(0);
    for (const { rollouts } of differing) {
      const byLength = [...rollouts].sort((a, b) => a.generation.tokenIds.length - b.generation.tokenIds.length);
      expect(byLength[0]!.advantage!).toBeGreaterThan(byLength.at(-1)!.advantage!);
      for (const { outcome } of rollouts) expect(outcome).toEqual({ status: 'scored', reward: 1 });
    }
  });
});

describe('evaluate', () => {
  it('answers every item once, in order, the same way each time', async () => {
    const items = await Promise.all([0, 1, 2, 3, 4].map((index) => samples.at(index)));
    const options = { engine: engine(), processor, items, reward, maxNewTokens: 4, batchSize: 2 };
    const rollouts = await evaluate(options);
    expect(rollouts.map(({ prompt }) => prompt.sample.extra_info.id)).toEqual(['0', '1', '2', '3', '4']);
    expect((await evaluate(options)).map(({ response }) => response)).toEqual(rollouts.map(({ response }) => response));
  });

  it.each([-1, 1])('refuses a reward function whose number of outcomes is off by %i', async (off) => {
    const items = await Promise.all([0, 1, 2].map((index) => samples.at(index)));
    const wrong: RewardFunction = async (rollouts) =>
      [...(await reward(rollouts)), { status: 'scored', reward: 1 } as const].slice(0, rollouts.length + off);
    const options = { engine: engine(), processor, items, reward: wrong, maxNewTokens: 2 };
    await expect(evaluate(options)).rejects.toMatchObject({
      code: 'reward_failures',
      message: expect.stringContaining('for 3 responses') as string,
    });
  });
});

describe('stop tokens', () => {
  const stops = [WANTED, 21, 22, 23];
  const stopping: Processor = { ...processor, generation: { stopTokenIds: stops, notes: [] } };

  it('are the end of the turn, the end of the text, and those of generation_config.json', () => {
    expect(stopTokens(stopping)).toEqual([TINY.stop, TINY.padding, ...stops]);
  });
  it('of generation_config.json end responses in training and in evaluation', async () => {
    const config = settings({ steps: 1, promptsPerStep: 8, maxNewTokens: 12 });
    const items = await Promise.all([0, 1, 2, 3].map((index) => samples.at(index)));
    const rollouts = await evaluate({
      engine: engine(),
      processor: stopping,
      items,
      reward,
      maxNewTokens: 12,
      responses: 6,
      temperature: 1,
    });
    for await (const report of train({ processor: stopping, samples, reward, config, engine: engine() })) rollouts.push(...report.rollouts);
    const ends = rollouts.map(({ generation: { tokenIds } }) => tokenIds.findIndex((id) => stops.includes(id)));
    expect(ends.filter((end) => end >= 0).length).toBeGreaterThan(5);
    rollouts.forEach(({ generation: { tokenIds, truncated } }, index) => {
      if (ends[index] !== -1) expect([ends[index], truncated]).toEqual([tokenIds.length - 1, false]);
    });
  });
});

describe('a third party', () => {
  const half = defineAdvantage({
    name: 'above-half',
    settings: Type.Object({ scale: withDefault(Type.Number({ exclusiveMinimum: 0 }), 2) }, { additionalProperties: false }),
    estimate: (groups, { settings: { scale }, state }) => ({
      groups: groups.map(({ rollouts }) => ({
        advantages: rollouts.map(({ reward: paid }) => (paid === null ? null : scale * (paid - 0.5))),
        zeroVariance: false,
      })),
      state: { steps: ((state as { steps: number } | undefined)?.steps ?? 0) + 1 },
    }),
  });
  const plain = defineObjective({
    name: 'reinforce',
    settings: Type.Object({}, { additionalProperties: false }),
    statistics: ['longest'],
    loss: ({ logProbs, advantages, sequences }, { normalizer }) => ({
      loss: tf.tidy(() => tf.div(tf.neg(tf.sum(tf.mul(logProbs, tf.tensor1d(advantages)))), normalizer.sequences)),
      statistics: { longest: Math.max(...sequences) },
    }),
  });
  const plugin: TrainerPlugin = { meta: { name: 'own', version: '1.0.0' }, objectives: [plain], advantages: [half] };

  it('adds an objective and an estimator by name, with settings and a state that is saved', async () => {
    const config = resolveTrainConfig(
      { steps: 2, promptsPerStep: 4, groupSize: 4, maxNewTokens: 4, objective: { name: 'reinforce' }, advantage: { name: 'above-half' } },
      { plugins: [plugin] },
    );
    expect(config.advantage).toEqual({ name: 'above-half', scale: 2 });
    const own = createLocalEngine({
      config: modelConfig,
      parameters,
      frozen: ['vit', 'connector'],
      paddingTokenId: TINY.padding,
      tokensPerMicroBatch: 4096,
      plugins: [plugin],
    });
    const reports: StepReport[] = [];
    for await (const report of train({ processor, samples, reward, config, engine: own, plugins: [plugin] })) reports.push(report);
    expect(reports.at(-1)?.state).toEqual({ step: 2, samplePosition: 8, advantage: { steps: 2 } });
    expect(reports[0]?.updates[0]?.statistics).toHaveProperty('longest');
    for (const { outcome, advantage } of reports[0]?.rollouts ?? [])
      expect(advantage).toBeCloseTo(outcome.status === 'scored' ? 2 * (outcome.reward - 0.5) : Number.NaN, 6);
  });

  it('has parameters of its own, trained beside the model and saved in checkpoints alone', async () => {
    const scaled = defineObjective({
      name: 'scaled',
      settings: Type.Object({ start: Type.Number() }, { additionalProperties: false }),
      statistics: [],
      parameters: ({ start }) => new Map([['scale', { shape: [1], data: Float32Array.of(start) }]]),
      loss: ({ logProbs }, { normalizer, own }) => ({
        loss: tf.tidy(() => tf.div(tf.sum(tf.mul(tf.mul(logProbs, logProbs), own('scale'))), normalizer.tokens)),
        statistics: {},
      }),
    });
    const plugins: TrainerPlugin[] = [{ meta: { name: 'own', version: '1.0.0' }, objectives: [scaled] }];
    const base = {
      config: modelConfig,
      parameters,
      frozen: ['vit' as const],
      paddingTokenId: TINY.padding,
      tokensPerMicroBatch: 4096,
      plugins,
    };
    const objective = { name: 'scaled', start: 0.5 };
    const config = resolveTrainConfig({ ...settings({ steps: 1 }), objective }, { plugins });
    const own = createLocalEngine({ ...base, objective });
    await run({ config, engine: own });
    const snapshot = await own.snapshot();
    expect(snapshot.parameters.get('auxiliary.scaled.scale')?.data[0]).toBeLessThan(0.5);
    expect(snapshot.moment1.has('auxiliary.scaled.scale')).toBe(true);
    expect(Object.keys((await run({ config, engine: own }))[0]?.updates[0]?.gradientNorms ?? {}).sort()).toEqual(['connector', 'llm']);
    await expect(run({ config, engine: createLocalEngine(base) })).rejects.toThrow(
      /objective "scaled" uses its own parameter "scale", and this engine has none.*create the engine with objective/,
    );
  });

  it('is told which names there are', () => {
    expect(() => resolveTrainConfig({ steps: 1, objective: { name: 'reinforce' } })).toThrow(
      /no objective "reinforce"; known are policy, dual-clip, gspo, cispo, next-token/,
    );
    expect(() => resolveTrainConfig({ steps: 1, advantage: { name: 'grpo', normalize: true } })).toThrow(
      /advantage\.normalize is not a setting/,
    );
    expect(() => resolveTrainConfig({ steps: 1 }, { plugins: [plugin, plugin] })).toThrow(/Two packages define the objective "reinforce"/);
  });
});

describe('sampler log-probabilities', () => {
  it('come with every rollout and agree with those of the trainer', async () => {
    const config = settings({ steps: 1, promptsPerStep: 8, updatesPerStep: 2, groupSize: 3, maxNewTokens: 3, seed: 5 });
    const [report] = await run({ config, engine: engine() });
    for (const { generation } of report?.rollouts ?? []) {
      expect(generation.logProbs).toHaveLength(generation.tokenIds.length);
      // An invented image placeholder is removed before the update, which would be a gap of its own.
      expect(generation.tokenIds).not.toContain(TINY.imagePad);
    }
    for (const { statistics } of report?.updates ?? []) {
      expect(statistics['sampler_gap']).toBeLessThan(1e-4);
      expect(statistics['sampler_gap']).toBeGreaterThan(0);
    }
  });
});
