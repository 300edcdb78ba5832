import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  it.each([
    ['verifer', 'verifier'],
    ['verifier_parms', 'verifier_parm'],
    ['groundtruth', 'ground_truth'],
    ['domain', undefined],
    ['index', undefined],
  ])('%s means %s', (key, meant) => {
    expect(nearMiss(key, ['verifier', 'verifier_parm', 'ground_truth', 'answer'])).toBe(meant);
  });
});

describe('editDistance', () => {
  it('is a metric', () => {
    const text = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
