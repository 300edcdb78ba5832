import type { Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../engines/engine.ts';
import type { Processor } from '../processor/processor.ts';
import type { GenerationPrompt } from '../rollout/generate.ts';
import { evaluate } from './evaluate.ts';

const ids = ['a', 'b', 'c'];

function sampleOf(id: string): Sample {
  return {
    data_source: 'made',
    images: [],
    prompt: [{ role: 'user', content: id }],
    ability: 'test',
    reward_model: { verifier: 'none', ground_truth: '' },
    extra_info: { id },
  };
}

/** The keys that the engine is asked with, batch by batch. */
async function keysOf(keys?: readonly number[]): Promise<number[][]> {
  const asked: number[][] = [];
  const engine = {
    generate: (prompts: readonly GenerationPrompt[]) => {
      asked.push(prompts.map(({ key }) => key));
      return Promise.resolve(prompts.map(() => [{ tokenIds: [1], logProbs: [0], truncated: false }]));
    },
  };
  const processor = {
    tokenizer: { specialIds: { imEnd: 1, endOfText: 2 }, decode: () => '' },
    process: () => ({ tokenIds: [5], patches: new Float32Array(0), grids: [], imageSizes: [] }),
    generation: { stopTokenIds: [] },
  };
  await evaluate({
    engine: engine as unknown as Engine,
    processor: processor as unknown as Processor,
    items: ids.map((id) => ({ sample: sampleOf(id), images: [] })),
    reward: (rollouts) => Promise.resolve(rollouts.map(() => ({ status: 'scored', reward: 1 }))),
    maxNewTokens: 4,
    batchSize: 2,
    ...(keys === undefined ? {} : { keys }),
  });
  return asked;
}

describe('evaluate', () => {
  it('lets random draws depend on the place of an item, or on the number that it is given', async () => {
    expect(await keysOf()).toEqual([[0, 1], [2]]);
    expect(await keysOf([70, 80, 90])).toEqual([[70, 80], [90]]);
    await expect(keysOf([70, 80])).rejects.toThrow(RangeError);
  });
});
