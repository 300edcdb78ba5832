// Two whole training steps against PyTorch: rewards, advantages, losses, gradients and every weight; see test/fixtures/training-steps/HOW.md.
import { fileURLToPath } from 'node:url';
import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixturePath, maxDifference } from '../../test/fixtures/qwen2-5-vl/golden.ts';
import {
  digestOf,
  readGoldenSteps,
  rewardOf,
  seededPixels,
  stepsPath,
  type GoldenPrompt,
  type GoldenSteps,
} from '../../test/fixtures/training-steps/golden-steps.ts';
import { selectBackend } from '../backend/select-backend.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { Processor } from '../processor/processor.ts';
import type { GenerationOptions } from '../rollout/generate.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { resolveTrainConfig } from './config.ts';
import type { RewardFunction, RolloutToScore } from './reward.ts';
import { train, type StepReport } from './train.ts';

const NANO = fileURLToPath(new URL('../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
const FOLDERS = new Map([
  ['on-policy', fixturePath('tied')],
  ['off-policy', fixturePath('tied')],
  ['nano', NANO],
]);
const STOP = 7;

/** A processor that gives the golden's prompts, and writes a response as its token ids. */
function processorOf(golden: GoldenSteps, { config }: LoadedModel): Processor {
  const { vision } = config;
  const width = vision.inChannels * vision.temporalPatchSize * vision.patchSize ** 2;
  return {
    tokenizer: {
      specialIds: { imEnd: STOP, endOfText: 0, imagePad: config.imageTokenId },
      decode: (ids: readonly number[]) => ids.join(' '),
    },
    generation: { stopTokenIds: [], notes: [] },
    process: ({ messages }: { messages: readonly { content: unknown }[] }) => {
      const { token_ids: tokenIds, grid, key } = at(golden.prompts, Number(messages[0]?.content));
      const count = grid === null ? 0 : grid[0] * grid[1] * grid[2] * width;
      return { tokenIds, grids: grid === null ? [] : [grid], patches: seededPixels(count, key), imageSizes: [] };
    },
  } as unknown as Processor;
}

function sampleOf({ key }: GoldenPrompt): Sample {
  return {
    data_source: 'golden',
    images: [],
    prompt: [{ role: 'user', content: String(key) }],
    ability: 'test',
    reward_model: { ground_truth: '', verifier: 'none' },
    extra_info: { id: String(key) },
  };
}

/** Gives the stored responses by the prompt's key and notes how they were asked for; everything else is the engine's own. */
function withStoredRollouts(engine: Engine, golden: GoldenSteps, asked: (keys: number[], options: GenerationOptions) => void): Engine {
  return {
    ...engine,
    generate: (prompts, options) => {
      asked(
        prompts.map(({ key }) => key),
        options,
      );
      return Promise.resolve(
        prompts.map(({ key }) =>
          at(golden.prompts, key).responses.map(({ token_ids, log_probs, truncated }) => ({
            tokenIds: token_ids,
            logProbs: log_probs,
            truncated,
          })),
        ),
      );
    },
  };
}

/** Scores the golden's responses: a quality, by the threshold of the run's progress, or a failure. */
function rewardFor(golden: GoldenSteps): RewardFunction {
  const score = ({ id, sample, progress }: RolloutToScore): Awaited<ReturnType<RewardFunction>>[number] => {
    const { responses } = at(golden.prompts, Number(sample.extra_info?.['id']));
    const { quality } = at(responses, Number(id.split('-')[2]));
    if (quality === null) return { status: 'failed', error: { code: 'verifier_error', message: 'stored as failed' } };
    return { status: 'scored', reward: rewardOf(quality, progress) };
  };
  return (rollouts) => Promise.resolve(rollouts.map(score));
}

interface Trained {
  golden: GoldenSteps;
  model: LoadedModel;
  reports: StepReport[];
  after: Map<string, Float32Array>;
  asked: { keys: number[]; options: GenerationOptions }[];
}

async function trainTwoSteps(name: string): Promise<Trained> {
  const golden = readGoldenSteps(name);
  const model = await loadModel(must(FOLDERS, name));
  const config = resolveTrainConfig(golden.settings);
  const engine = createLocalEngine({ ...model, frozen: config.freeze, paddingTokenId: 0, tokensPerMicroBatch: 64 });
  const asked: Trained['asked'] = [];
  const reports: StepReport[] = [];
  for await (const report of train({
    engine: withStoredRollouts(engine, golden, (keys, options) => asked.push({ keys, options })),
    processor: processorOf(golden, model),
    samples: { at: (index) => Promise.resolve({ sample: sampleOf(at(golden.prompts, index)), images: [] }) },
    reward: rewardFor(golden),
    config,
  })) {
    reports.push(report);
    if (reports.length === golden.steps.length) break;
  }
  const { parameters } = await engine.snapshot();
  await engine.close();
  return { golden, model, reports, asked, after: new Map([...parameters].map(([key, { data }]) => [key, data])) };
}

function must<Value>(values: ReadonlyMap<string, Value>, key: string): Value {
  const value = values.get(key);
  if (value === undefined) throw new RangeError(`there is no ${key}`);
  return value;
}

/** Relative for numbers above 1. */
function expectClose(actual: number | undefined, expected: number, { name, tolerance }: { name: string; tolerance: number }): void {
  const difference = Math.abs((actual ?? NaN) - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${name} is ${String(actual)}, PyTorch has ${String(expected)}`).toBeLessThan(tolerance);
}

function expectRollouts({ golden, asked, reports }: Trained): void {
  const { seed, temperature, groupSize, maxNewTokens } = golden.settings;
  expect(asked.map(({ keys }) => keys)).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  for (const { options } of asked)
    expect(options).toMatchObject({ seed, temperature, groupSize, maxNewTokens, topP: 1, topK: 0, stopTokenIds: [STOP, 0] });
  const rollouts = reports.flatMap((report) => report.rollouts);
  const stored = golden.prompts.flatMap(({ responses }) => responses);
  expect(rollouts.map(({ generation }) => generation.truncated)).toEqual(stored.map(({ truncated }) => truncated));
  expect(rollouts.map(({ response }) => response)).toEqual(stored.map(({ token_ids }) => token_ids.join(' ')));
  expect(rollouts.map(({ outcome }) => outcome.status === 'failed')).toEqual(stored.map(({ quality }) => quality === null));
}

function expectAdvantages({ golden, reports }: Trained): void {
  golden.steps.forEach(({ advantages, zero_variance: zeroVariance }, step) => {
    const { groups } = at(reports, step);
    expect(groups.map((group) => group.zeroVariance)).toEqual(zeroVariance);
    groups.forEach(({ rollouts }, p) =>
      rollouts.forEach(({ advantage }, g) => {
        const expected = at(at(advantages, p), g);
        if (expected === null) expect(advantage).toBeNull();
        else expect(advantage).toBeCloseTo(expected, 8);
      }),
    );
  });
}

function expectUpdates({ golden, reports }: Trained): void {
  golden.steps.forEach(({ learning_rate: learningRate, updates }, step) => {
    const report = at(reports, step);
    expect(report.learningRate).toBeCloseTo(learningRate, 12);
    expect(report.updates).toHaveLength(updates.length);
    updates.forEach((expected, index) => {
      const update = at(report.updates, index);
      expect(update.tokens).toBe(expected.tokens);
      for (const name of ['loss', 'entropy'] as const) expectClose(update[name], expected[name], { name, tolerance: 1e-5 });
      for (const name of ['clip_fraction', 'approximate_kl', 'sampler_gap'] as const)
        expectClose(update.statistics[name], expected[name], { name, tolerance: 1e-5 });
      expectClose(update.gradientNorm, expected.gradient_norm, { name: 'gradient norm', tolerance: 1e-4 });
      for (const [part, norm] of Object.entries(expected.gradient_norms))
        expectClose(update.gradientNorms[part as ModelPart], norm, { name: `gradient norm of ${part}`, tolerance: 1e-4 });
    });
  });
}

async function expectWeights(name: string, { model, after }: Trained): Promise<void> {
  const stored = await readSafetensors(stepsPath(`${name}.safetensors`));
  const moved = [...model.parameters].filter(([key, { data }]) => maxDifference(must(after, key), data) > 0);
  expect(moved.map(([key]) => key).sort()).toEqual([...stored.keys()].sort());
  for (const [key, { data }] of moved) {
    const actual = name === 'nano' ? digestOf(data, must(after, key)) : must(after, key);
    expect(maxDifference(actual, must(stored, key).data), key).toBeLessThan(1e-5);
  }
}

describe('two training steps', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: ['wasm'] });
  });

  it.each([...FOLDERS.keys()])('%s: have the advantages, losses, gradients and weights that PyTorch has', async (name) => {
    const run = await trainTwoSteps(name);
    expectRollouts(run);
    expectAdvantages(run);
    expectUpdates(run);
    await expectWeights(name, run);
  });
});
