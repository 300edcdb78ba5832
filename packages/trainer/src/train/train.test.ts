import type { Sample } from '@vtriune/format';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import type { SampleSource } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import type { ProcessedPrompt, Processor } from '../processor/processor.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { resolveTrainConfig, type TrainConfig } from './config.ts';
import { evaluate } from './evaluate.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';
import { train, type StepReport, type TrainState } from './train.ts';

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

const settings = (change: Partial<TrainConfig> = {}): ReturnType<typeof resolveTrainConfig> =>
  resolveTrainConfig({ steps: 4, promptsPerStep: 4, groupSize: 6, maxNewTokens: 6, learningRate: 3e-3, ...change });
const engine = (): Engine =>
  createLocalEngine({
    config: modelConfig,
    parameters,
    frozen: ['vit', 'connector'],
    paddingTokenId: TINY.padding,
    tokensPerMicroBatch: 4096,
  });

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
const meanReward = (report: StepReport | undefined): number => {
  const rewards = (report?.rollouts ?? []).flatMap(({ outcome }) => (outcome.status === 'scored' ? [outcome.reward] : []));
  return rewards.reduce((sum, value) => sum + value, 0) / rewards.length;
};

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('train', () => {
  it('raises the reward', async () => {
    const reports = await run({ config: settings({ steps: 30, learningRate: 1e-2 }), engine: engine() });
    expect(meanReward(reports[0])).toBeLessThan(0.15);
    expect(meanReward(reports.at(-1))).toBeGreaterThan(0.5);
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
    expect(report?.updates[0]?.approximateKl).toBe(0);
    expect(Math.abs(report?.updates[1]?.approximateKl ?? 0)).toBeGreaterThan(0);
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
});

describe('resolveTrainConfig', () => {
  it('names the wrong field and what is allowed', () => {
    expect(() => resolveTrainConfig({ steps: 0 })).toThrow(/\/steps must be >= 1/);
    expect(() => resolveTrainConfig({ steps: 1, learningrate: 1 })).toThrow(/learningrate/);
    expect(() => resolveTrainConfig({ steps: 1, promptsPerStep: 3, updatesPerStep: 2 })).toThrow(/does not divide/);
  });
});
