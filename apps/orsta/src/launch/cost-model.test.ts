import { describe, expect, it } from 'vitest';
import type { Recipe } from '../recipe/recipe.ts';
import { costOf, sizeOf } from './cost-model.ts';

const size = { parameters: 8e9, vision: 1e9, layers: 10, width: 1000 };
const recipe = {
  trainer: { steps: 10, promptsPerStep: 4, groupSize: 2, freeze: ['vit'] },
  launch: { tokensPerGpu: 2 ** 20, gradientCheckpointing: true, generation: { tensorParallel: 2 } },
} as unknown as Recipe & { launch: NonNullable<Recipe['launch']> };

describe('costOf', () => {
  it('is the arithmetic that its page states', () => {
    const cost = costOf(recipe, size, { workers: 4, tokens: { prompt: 100, response: 50 } });
    expect(cost.memory['weights and copy']).toBeCloseTo((8e9 * 6) / 4 / 2 ** 30, 6);
    expect(cost.memory['gradient and moments']).toBeCloseTo((7e9 * 12) / 4 / 2 ** 30, 6);
    expect(cost.memory.activations).toBeCloseTo((2 ** 20 * 10 * 1000 * 2) / 2 ** 30, 6);
    expect(cost.generation).toBeCloseTo((8e9 * 2) / 2 / 2 ** 30, 6);
    // 80 responses of 150 tokens, five passes; 80 x 50 generated and 40 prompts of 100 read.
    expect(cost.flops.training).toBe(2 * 8e9 * 80 * 150 * 5);
    expect(cost.flops.generation).toBe(2 * 8e9 * (80 * 50 + 40 * 100));
  });

  it('knows a size by the name of the model', () => {
    expect(sizeOf('Qwen/Qwen2.5-VL-32B-Instruct')?.layers).toBe(64);
    expect(sizeOf('models/orsta-nano-base')).toBeUndefined();
  });
});
