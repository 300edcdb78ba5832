import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thresholdInForce, type IouThreshold } from './threshold.ts';

function at(threshold: IouThreshold, step: number, split: 'train' | 'test' = 'train') {
  return thresholdInForce(threshold, { progress: { step, total_steps: 100 }, split });
}

describe('thresholdInForce', () => {
  it("follows the paper's stages, and stands at the end of the schedule on the test split", () => {
    expect([0, 10, 11, 25, 26, 100, 150].map((step) => at('dynamic', step))).toEqual([0.85, 0.85, 0.95, 0.95, 0.99, 0.99, 0.99]);
    expect(at('dynamic', 0, 'test')).toBe(0.99);
    expect(thresholdInForce('dynamic', { split: 'test' })).toBe(0.99);
  });

  it('needs progress in training, and says what to do', () => {
    expect(() => thresholdInForce('dynamic', { split: 'train' })).toThrow('Send progress: { step, total_steps }');
    expect(() => thresholdInForce('dynamic', { split: 'train', progress: { step: 0, total_steps: 0 } })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('takes numbers, average and schedules as they are', () => {
    expect(thresholdInForce(0.5, { split: 'train' })).toBe(0.5);
    expect(thresholdInForce('average', { split: 'train' })).toBe('average');
    expect(thresholdInForce({ kind: 'constant', threshold: 0.3 }, { split: 'train' })).toBe(0.3);
    expect(at({ kind: 'linear', start: 0.5, end: 0.9 }, 50)).toBeCloseTo(0.7, 12);
    expect(() => at({ kind: 'stages', stages: [{ until: 0.5, threshold: 0.5 }] }, 80)).toThrow(
      expect.objectContaining({ code: 'invalid_parameters' }),
    );
  });

  it('never falls as training goes on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (a, b) => Number(at('dynamic', Math.min(a, b))) <= Number(at('dynamic', Math.max(a, b))),
      ),
    );
  });

  it('of an adaptive schedule follows what the source has passed, and is the highest in evaluation', () => {
    const adaptive = { kind: 'adaptive' as const, levels: [0.5, 0.75, 0.9], raiseAbove: 0.6 };
    const at = (recorded?: { passed: number; count: number }[], split: 'train' | 'test' = 'train') =>
      thresholdInForce(adaptive, { split, progress: { step: 1, total_steps: 10, ...(recorded === undefined ? {} : { recorded }) } });
    expect(at([])).toBe(0.5);
    expect(at([{ passed: 7, count: 10 }])).toBe(0.75);
    expect(
      at([
        { passed: 7, count: 10 },
        { passed: 1, count: 10 },
        { passed: 9, count: 10 },
      ]),
    ).toBe(0.9);
    expect(at(undefined, 'test')).toBe(0.9);
    expect(() => at()).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
