import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { counting } from './counting.ts';

describe('counting', () => {
  it('shapes what is off by k', async () => {
    const near = { truth: 7, parameters: { off_by: 2 } };
    const paid = await Promise.all(['7', '8', '5', '4'].map((response) => accuracy(counting, near, response)));
    expect(paid[0]).toBe(1);
    expect(paid[1]).toBeCloseTo(2 / 3, 12);
    expect(paid[2]).toBeCloseTo(1 / 3, 12);
    expect(paid[3]).toBe(0);
  });

  it.each([['many'], [-1], [2.5], [''], [null], [[7]]])('refuses %j as ground truth', (truth) => {
    expect(() => counting.verify({ response: '7', groundTruth: truth, parameters: {}, split: 'train', images: [] })).toThrow(
      expect.objectContaining({ code: 'invalid_ground_truth' }),
    );
  });
});
