// A whole training in a second: the tiny model, a processor that writes tokens as numbers, and a reward that pays for one token.
import type { Sample } from '@vtriune/format';
import type { SampleSource } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import type { ProcessedPrompt, Processor } from '../processor/processor.ts';
import { resolveTrainConfig, type TrainConfig } from '../train/config.ts';
import type { RewardFunction } from '../train/reward.ts';
import type { TrainState } from '../train/train-options.ts';
import { train, type StepReport } from '../train/train.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from './tiny-model.ts';

const model = tinyModel();
const { config: modelConfig, parameters } = model;

/** The token that the reward pays for. */
export const WANTED = 20;

/** A processor whose text is the token ids themselves, so that the loop is tested without a tokenizer's files. */
export const processor = {
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

/** Samples of two sources, with four images in turn. */
export const samples: SampleSource = {
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
export const reward: RewardFunction = (rollouts) =>
  Promise.resolve(
    rollouts.map(({ response }) => {
      const ids = response.split(' ').map(Number);
      return { status: 'scored', reward: ids.filter((id) => id === WANTED).length / 6 };
    }),
  );

/** Settings of a short run. */
export function settings(change: Partial<TrainConfig> = {}): ReturnType<typeof resolveTrainConfig> {
  return resolveTrainConfig({ steps: 4, promptsPerStep: 4, groupSize: 6, maxNewTokens: 6, learningRate: 3e-3, ...change });
}
/** An engine of one rank on the tiny model. */
export function engine(): Engine {
  return createLocalEngine({
    config: modelConfig,
    parameters,
    frozen: ['vit', 'connector'],
    paddingTokenId: TINY.padding,
    tokensPerMicroBatch: 4096,
  });
}

/** Trains to the end and returns all reports. */
export async function run(options: {
  config: ReturnType<typeof settings>;
  engine: Engine;
  reward?: RewardFunction;
  state?: TrainState;
}): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for await (const report of train({ processor, samples, reward, ...options })) reports.push(report);
  return reports;
}
/** Mean of a step's rewards. */
export function meanReward(report: StepReport | undefined): number {
  const rewards = (report?.rollouts ?? []).flatMap(({ outcome }) => (outcome.status === 'scored' ? [outcome.reward] : []));
  return rewards.reduce((sum, value) => sum + value, 0) / rewards.length;
}
