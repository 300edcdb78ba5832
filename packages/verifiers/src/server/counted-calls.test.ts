import { describe, expect, it } from 'vitest';
import { createCountedCalls } from './counted-calls.ts';

describe('createCountedCalls', () => {
  it('tells keys of one run from those of another', () => {
    const counted = createCountedCalls();
    const claims = [['r', 'a'] as const, ['r', 'a'] as const, ['s', 'a'] as const, ['r', 'b'] as const];
    expect(claims.map(([run, key]) => counted.claim(run, key))).toEqual([true, false, true, true]);
  });

  it('knows the last keys, and forgets what came before twice as many', () => {
    const counted = createCountedCalls(2);
    const claim = (key: string): boolean => counted.claim('r', key);
    expect(['a', 'b', 'c', 'a', 'b', 'd'].map(claim)).toEqual([true, true, true, false, false, true]);
    expect(['e', 'c', 'd', 'a'].map(claim)).toEqual([true, false, false, true]);
  });
});
