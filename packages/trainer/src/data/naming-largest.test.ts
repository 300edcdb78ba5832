import type { Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { TrainerError } from '../errors.ts';
import { namingLargest } from './naming-largest.ts';
import type { PreparedPrompt } from './prepare-prompt.ts';

function prompt(id: string, tokens: number, side: number): PreparedPrompt {
  const sample: Sample = {
    data_source: 'photos',
    images: [],
    prompt: [],
    ability: 'test',
    reward_model: { ground_truth: '', verifier: 'none' },
    extra_info: { id },
  };
  const size = { width: side, height: side, resizedWidth: side - 4, resizedHeight: side - 4 };
  return { sample, tokenIds: Array<number>(tokens).fill(1), images: [], imageSizes: [size], pictures: [] };
}
const prompts = [prompt('small', 10, 28), prompt('large', 3000, 1536), prompt('middle', 200, 300)];

describe('namingLargest', () => {
  it('says which sample is the largest where memory is short', async () => {
    const work = (): Promise<never> => Promise.reject(new TrainerError('out_of_memory', 'too much.'));
    await expect(namingLargest(prompts, work)).rejects.toMatchObject({ code: 'out_of_memory' });
    await expect(namingLargest(prompts, work)).rejects.toThrow(
      'too much. The longest prompt of the batch is sample "large" of photos: 3000 tokens, an image of 1536x1536 pixels, 1532x1532 for the model. Lower data.maxPixels',
    );
  });

  it('passes on results and other errors', async () => {
    expect(await namingLargest(prompts, () => Promise.resolve(3))).toBe(3);
    const other = new TrainerError('not_finite', 'diverged');
    await expect(namingLargest(prompts, () => Promise.reject(other))).rejects.toBe(other);
    const bare = new TrainerError('out_of_memory', 'too much.');
    await expect(namingLargest([], () => Promise.reject(bare))).rejects.toBe(bare);
  });
});
