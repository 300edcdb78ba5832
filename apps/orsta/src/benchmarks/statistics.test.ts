import { describe, expect, it } from 'vitest';
import { attemptScores } from './attempts.ts';
import type { Judgment } from './contract.ts';
import { bootstrapInterval, comparePaired, mcnemar, passAtK } from './statistics.ts';

function values(...list: number[]): Record<string, number> {
  return Object.fromEntries(list.map((value, index) => [`q${String(index)}`, value]));
}

describe('passAtK', () => {
  it('is the chance that one of k drawn attempts is right', () => {
    // 1 - C(n - c, k) / C(n, k)
    expect(passAtK(4, 2, 2)).toBeCloseTo(1 - 1 / 6, 12);
    expect(passAtK(10, 3, 5)).toBeCloseTo(1 - 21 / 252, 12);
    expect(passAtK(5, 0, 5)).toBe(0);
    expect(passAtK(5, 1, 5)).toBe(1);
    expect(() => passAtK(2, 1, 3)).toThrow(/needs 3 attempts; there are 2/);
  });
});

describe('bootstrapInterval', () => {
  it('is near the normal interval, the same for a seed, and absent for one value', () => {
    const list = Array.from({ length: 900 }, (_, index) => Number(index % 3 === 0));
    const [low, high] = bootstrapInterval(list, 1) ?? [NaN, NaN];
    const half = 1.96 * Math.sqrt((1 / 3) * (2 / 3) / 900); // prettier-ignore
    expect(low).toBeCloseTo(1 / 3 - half, 2);
    expect(high).toBeCloseTo(1 / 3 + half, 2);
    expect(bootstrapInterval(list, 1)).toEqual([low, high]);
    expect(bootstrapInterval([1], 1)).toBeNull();
    expect(bootstrapInterval([0.5, 0.5, 0.5], 1)).toEqual([0.5, 0.5]);
  });
});

describe('paired tests', () => {
  it('gives the exact binomial probabilities of McNemar', () => {
    // scipy.stats.binomtest(k, n, 0.5).pvalue
    expect(mcnemar(5, 15)).toBeCloseTo(0.04138946533203125, 12);
    expect(mcnemar(0, 8)).toBeCloseTo(0.0078125, 12);
    expect(mcnemar(7, 7)).toBe(1);
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(400, 500)).toBeCloseTo(0.0009564441369189373, 12);
  });

  it('compares only what both have, by McNemar for right and wrong and by sign flips for the rest', () => {
    const binary = comparePaired(values(0, 0, 0, 1, 1), { ...values(1, 1, 1, 1, 0), other: 1 }, 1);
    expect(binary).toMatchObject({ units: 5, meanA: 0.4, meanB: 0.8, better: 3, worse: 1, test: 'exact McNemar', p: 0.625 });
    const graded = comparePaired(values(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), values(0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 1);
    expect(graded.test).toBe('sign flips');
    expect(graded.difference).toBeCloseTo(0.2, 12);
    // All six have to get the same sign: 2 / 64.
    expect(graded.p).toBeCloseTo(2 / 64, 2);
    expect(comparePaired(values(0.1, 0.7), values(0.1, 0.7), 1).p).toBe(1);
    expect(() => comparePaired({ a: 1 }, { b: 1 }, 1)).toThrow(/in common/);
  });
});

describe('attemptScores', () => {
  const question = (id: string, ...answers: [string, number | null][]) => ({
    id,
    groups: {},
    responses: answers.map(([answer]) => answer),
    judgments: answers.map(([answer, score]): Judgment => ({ answer, score, expected: '' })),
  });

  it('means over attempts, passes at k, and lets the majority answer', () => {
    const found = attemptScores([
      question('a', ['x', 1], ['y', 0], ['x', 1]),
      question('b', ['x', 0], ['y', 1], ['z', 0]),
      question('left out', ['x', null], ['y', null], ['z', null]),
    ]);
    expect(found).toMatchObject({ attempts: 3, average: 0.5, self_consistency: 0.5 });
    expect(found?.pass_at['1']).toBeCloseTo(0.5, 12);
    expect(found?.pass_at['2']).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(found?.pass_at['3']).toBe(1);
    expect(attemptScores([question('a', ['x', 1])])).toBeNull();
  });
});
