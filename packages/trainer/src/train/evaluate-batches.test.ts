// What an evaluation asks of an engine and of the reward, batch by batch.
import { describe, expect, it } from 'vitest';
import type { TrainingItem } from '../data/prepare-prompt.ts';
import { TrainerError } from '../errors.ts';
import { scriptedEngine, written } from '../testing/scripted-engine.ts';
import { processor, samples } from '../testing/tiny-training.ts';
import { TINY } from '../testing/tiny-model.ts';
import { evaluate, type EvaluateOptions } from './evaluate.ts';
import type { RewardFunction, RewardOutcome, RolloutToScore } from './reward.ts';
import type { Rollout } from './rollout.ts';

async function run(count: number, change: Partial<EvaluateOptions<RewardOutcome>> = {}) {
  const items: TrainingItem[] = await Promise.all(Array.from({ length: count }, (_, index) => samples.at(index)));
  const { engine, asked } = scriptedEngine((key, g) => written(8, 10 + key, 20 + g));
  const batches: RolloutToScore[][] = [];
  const reward: RewardFunction = (rollouts) => {
    batches.push([...rollouts]);
    return Promise.resolve(rollouts.map((_, n) => ({ status: 'scored', reward: n })));
  };
  const rollouts: Rollout[] = await evaluate({ engine, processor, items, reward, maxNewTokens: 3, ...change });
  return { rollouts, asked, batches };
}

describe('evaluate', () => {
  it('asks for one greedy answer to each item, 64 items at once', async () => {
    const { rollouts, asked, batches } = await run(66);
    expect(asked.generate.map(({ prompts }) => prompts.length)).toEqual([64, 2]);
    expect(asked.generate[1]?.prompts.map(({ key }) => key)).toEqual([64, 65]);
    for (const { options } of asked.generate)
      expect(options).toEqual({
        groupSize: 1,
        maxNewTokens: 3,
        temperature: 0,
        topP: 1,
        topK: 0,
        seed: 0,
        stopTokenIds: [TINY.stop, TINY.padding],
      });
    expect(batches.map(({ length }) => length)).toEqual([64, 2]);
    expect(rollouts).toHaveLength(66);
    expect(rollouts.map(({ id }) => id).slice(63)).toEqual(['eval-63-0', 'eval-64-0', 'eval-65-0']);
    expect(rollouts[65]).toMatchObject({ response: '8 75 20', outcome: { status: 'scored', reward: 1 }, advantage: null });
    expect(rollouts[65]).not.toHaveProperty('trajectory');
  });

  it('takes several answers at a temperature, in batches of its own size', async () => {
    const { rollouts, asked, batches } = await run(3, { responses: 2, temperature: 0.5, batchSize: 2, seed: 7 });
    expect(asked.generate.map(({ prompts }) => prompts.map(({ key }) => key))).toEqual([[0, 1], [2]]);
    expect(asked.generate[0]?.options).toMatchObject({ groupSize: 2, temperature: 0.5, seed: 7 });
    expect(rollouts.map(({ id, response }) => `${id}: ${response}`)).toEqual([
      'eval-0-0: 8 10 20',
      'eval-0-1: 8 10 21',
      'eval-1-0: 8 11 20',
      'eval-1-1: 8 11 21',
      'eval-2-0: 8 12 20',
      'eval-2-1: 8 12 21',
    ]);
    expect(batches.flat().map(({ split, progress }) => [split, progress])).toEqual(Array(6).fill(['test', { step: 1, totalSteps: 1 }]));
    expect(batches[1]?.map(({ sample }) => sample.extra_info.id)).toEqual(['2', '2']);
  });

  it('is over at once where there is nothing to answer', async () => {
    const { rollouts, asked } = await run(0);
    expect(rollouts).toEqual([]);
    expect(asked.calls).toEqual([]);
  });

  it('has a trajectory for every answer where there are tools, and tells the model about them', async () => {
    const seen: unknown[] = [];
    const listening: typeof processor = {
      ...processor,
      process: (given) => {
        seen.push(given.messages.map(({ role }) => role));
        return processor.process({ ...given, messages: given.messages.slice(-1) });
      },
    };
    const tools = { use: [{ name: 'image_zoom_in_tool', pixels: 6400 }], maxTurns: 2, maxTokens: 100, describe: true };
    const { rollouts } = await run(1, { tools, processor: listening });
    expect(seen).toEqual([['system', 'user']]);
    expect(rollouts[0]?.trajectory).toEqual({
      turns: [{ role: 'assistant', text: '8 10 20', images: [] }],
      toolCalls: 0,
      toolErrors: 0,
    });
    const none = await run(1, { tools: { ...tools, use: [] } });
    expect(none.rollouts[0]).not.toHaveProperty('trajectory');
  });

  it('refuses a prompt above its limit, and takes one on it', async () => {
    expect((await run(1, { maxPromptTokens: 10 })).rollouts).toHaveLength(1);
    await expect(run(1, { maxPromptTokens: 9 })).rejects.toThrow(/the prompt has 10 tokens, maxPromptTokens allows 9/);
  });

  it('names the largest prompt of the batch where memory does not suffice', async () => {
    const { engine } = scriptedEngine(() => written(8));
    const short = { ...engine, generate: () => Promise.reject(new TrainerError('out_of_memory', 'The scores need 9 GB.')) };
    await expect(run(1, { engine: short })).rejects.toThrow('sample "0" of even: 10 tokens');
  });
});
