import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { sampleStats } from './stats.ts';

describe('sampleStats', () => {
  it('counts sources, verifiers, abilities, images and characters', async () => {
    const two = exampleSample({
      data_source: 'sums',
      ability: 'math',
      images: [],
      prompt: [
        { role: 'system', content: 'ab' },
        { role: 'user', content: '1+1?' },
      ],
      reward_model: {
        ground_truth: '2',
        rewards: [
          { verifier: 'mathverify', weight: 0.9 },
          { verifier: 'length', weight: 0.1 },
        ],
      },
    });
    expect(await sampleStats([exampleSample(), exampleSample(), two])).toEqual({
      samples: 3,
      images: 2,
      bySource: { cats: 2, sums: 1 },
      byVerifier: { detection: 2, length: 1, mathverify: 1 },
      byAbility: { detection: 2, math: 1 },
      promptCharacters: { min: 6, mean: (20 + 20 + 6) / 3, max: 20 },
    });
  });

  it('is zero for nothing', async () => {
    expect(await sampleStats([])).toMatchObject({ samples: 0, promptCharacters: { min: 0, mean: 0, max: 0 } });
  });
});
