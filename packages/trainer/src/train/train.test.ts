import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '@vtriune/format';
import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineAdvantage } from '../advantages/advantage.ts';
import { selectBackend } from '../backend/select-backend.ts';
import type { SampleSource } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { TrainerError } from '../errors.ts';
import { defineObjective } from '../objectives/objective.ts';
import type { TrainerPlugin } from '../plugins.ts';
import type { ProcessedPrompt, Processor } from '../processor/processor.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { resolveTrainConfig, type TrainConfig } from './config.ts';
import { evaluate } from './evaluate.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { stopTokens } from './stop-tokens.ts';
import { train, type StepReport } from './train.ts';
import type { TrainState } from './train-options.ts';

const { config: modelConfig, parameters } = tinyModel();
const WANTED = 20;

/** A processor whose text is the token ids themselves, so that the loop is tested without a tokenizer's files. */
const processor = {
  tokenizer: {
    specialIds: {
      imStart: 1,
      imEnd: TINY.stop,
      imagePad: TINY.imagePad,
      visionStart: TINY.visionStart,
      visionEnd: TINY.visionEnd,
      endOfText: TINY.padding,
    },
    decode: (ids: readonly number[]) => ids.join(' '),
  },
  generation: { stopTokenIds: [], notes: [] },
  process: ({ messages }: { messages: readonly { content: unknown }[] }): ProcessedPrompt => {
    const image = tinyImage(Number(messages[0]?.content));
    return {
      tokenIds: tinyPrompt(Number(messages[0]?.content), { length: 3, image }).tokenIds,
      patches: image.patches,
      grids: [image.grid],
      imageSizes: [],
    };
  },
} as unknown as Processor;

const samples: SampleSource = {
  at: (index) => {
    const sample: Sample = {
      data_source: index % 2 === 0 ? 'even' : 'odd',
      images: [],
      prompt: [{ role: 'user', content: String(index % 4) }],
      ability: 'test',
      reward_model: { ground_truth: '', verifier: 'none' },
      extra_info: { id: String(index) },
    };
    return Promise.resolve({ sample, images: [] });
  },
};

/** Pays for the share of wanted tokens. */
const reward: RewardFunction = (rollouts) =>
  Promise.resolve(
    rollouts.map(({ response }) => {
      const ids = response.split(' ').map(Number);
      return { status: 'scored', reward: ids.filter((id) => id === WANTED).length / 6 };
    }),
  );

function settings(change: Partial<TrainConfig> = {}): ReturnType<typeof resolveTrainConfig> {
  return resolveTrainConfig({ steps: 4, promptsPerStep: 4, groupSize: 6, maxNewTokens: 6, learningRate: 3e-3, ...change });
}
function engine(): Engine {
  return createLocalEngine({
    config: modelConfig,
    parameters,
    frozen: ['vit', 'connector'],
    paddingTokenId: TINY.padding,
    tokensPerMicroBatch: 4096,
  });
}

async function run(options: {
  config: ReturnType<typeof settings>;
  engine: Engine;
  reward?: RewardFunction;
  state?: TrainState;
}): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for await (const report of train({ processor, samples, reward, ...options })) reports.push(report);
  return reports;
}
function meanReward(report: StepReport | undefined): number {
  const rewards = (report?.rollouts ?? []).flatMap(({ outcome }) => (outcome.status === 'scored' ? [outcome.reward] : []));
  return rewards.reduce((sum, value) => sum + value, 0) / rewards.length;
}

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

describe('staleness 1', () => {
  const config = settings({ steps: 5, staleness: 1, learningRate: 3e-2 });

  it('samples each step from the weights before the last update', async () => {
    const calls: string[] = [];
    const own = engine();
    const noted: Engine = {
      ...own,
      generate: (prompts, options) => {
        calls.push('generate');
        return own.generate(prompts, options);
      },
      update: (request) => {
        calls.push('update');
        return own.update(request);
      },
    };
    const reports = await run({ config, engine: noted });
    expect(reports.map(({ staleness }) => staleness)).toEqual([0, 1, 1, 1, 1]);
    expect(calls).toEqual(['generate', ...Array<string[]>(4).fill(['generate', 'update']).flat(), 'update']);
    const gaps = reports.map(({ updates }) => updates[0]?.statistics['sampler_gap'] ?? Number.NaN);
    // Not 0: an invented image placeholder is removed before the update, which is a gap of its own.
    for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThan(10 * gaps[0]!);
  });

  it('still raises the reward, with truncated importance sampling', async () => {
    const change = { steps: 30, staleness: 1, learningRate: 1e-2, objective: { name: 'policy', samplerCap: 2 } };
    const reports = await run({ config: settings(change), engine: engine() });
    expect(meanReward(reports[0])).toBeLessThan(0.15);
    expect(meanReward(reports.at(-1))).toBeGreaterThan(0.5);
  });

  it('goes on from a saved state bit for bit', async () => {
    const straight = engine();
    await run({ config, engine: straight });
    const first = engine();
    let saved: { state: TrainState; snapshot: Awaited<ReturnType<Engine['snapshot']>> } | undefined;
    for await (const { state } of train({ processor, samples, reward, config, engine: first })) {
      saved = { state: JSON.parse(JSON.stringify(state)) as TrainState, snapshot: await first.snapshot() };
      if (state.step === 2) break;
    }
    const resumed = engine();
    await resumed.restore(saved!.snapshot);
    const reports = await run({ config, engine: resumed, state: saved!.state });
    expect(reports.map(({ staleness }) => staleness)).toEqual([1, 1, 1]);
    expect((await resumed.snapshot()).parameters).toEqual((await straight.snapshot()).parameters);
    const wider = { ...config, groupSize: 3 };
    await expect(run({ config: wider, engine: resumed, state: saved!.state })).rejects.toThrow(
      /holds the responses of the next step, 4 groups of 6, and the settings ask for 4 of 3/,
    );
  });

  it('reports the step before where the next one cannot be sampled', async () => {
    const own = engine();
    let calls = 0;
    const failing: Engine = {
      ...own,
      generate: (prompts, options) =>
        ++calls === 2 ? Promise.reject(new TrainerError('rollout_failed', 'The server is gone.')) : own.generate(prompts, options),
    };
    const reports = train({ processor, samples, reward, config, engine: failing });
    const { value } = await reports.next();
    expect(value?.updates).toHaveLength(1);
    expect(value?.state).toEqual({ step: 1, samplePosition: 4 });
    await expect(reports.next()).rejects.toThrow('The server is gone.');
  });

  it('is refused together with dynamic sampling', () => {
    expect(() => settings({ staleness: 1, samplingRounds: 2 })).toThrow(/staleness is 1 and samplingRounds is 2/);
  });
});

describe('an advantage that remembers', () => {
  it('goes on with what it kept, bit for bit', async () => {
    const config = resolveTrainConfig({ ...settings({ steps: 4 }), advantage: { name: 'ema-grpo', decay: 0.5 } });
    const straight = engine();
    const whole = await run({ config, engine: straight });
    const first = engine();
    let saved: { state: TrainState; snapshot: Awaited<ReturnType<Engine['snapshot']>> } | undefined;
    for await (const { state } of train({ processor, samples, reward, config, engine: first })) {
      saved = { state: JSON.parse(JSON.stringify(state)) as TrainState, snapshot: await first.snapshot() };
      if (state.step === 2) break;
    }
    expect(saved?.state.advantage).toBeDefined();
    const advantages = async (state: TrainState): Promise<(number | null)[]> => {
      const resumed = engine();
      await resumed.restore(saved!.snapshot);
      return (await run({ config, engine: resumed, state })).flatMap(({ rollouts }) => rollouts.map(({ advantage }) => advantage));
    };
    expect(await advantages(saved!.state)).toEqual(whole.slice(2).flatMap(({ rollouts }) => rollouts.map(({ advantage }) => advantage)));
    // Without it the deviations begin anew, and the test would see that.
    const { advantage: _, ...forgotten } = saved!.state;
    expect(await advantages(forgotten)).not.toEqual(await advantages(saved!.state));
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
