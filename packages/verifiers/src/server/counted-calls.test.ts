import { describe, expect, it } from 'vitest';
import { createCountedCalls } from './counted-calls.ts';

describe('createCountedCalls', () => {
  it('knows the last keys of every run, and forgets the oldest first', () => {
    const counted = createCountedCalls(2);
    const claims = [
      ['r', 'a'],
      ['r', 'a'],
      ['s', 'a'],
      ['r', 'a'],
      ['r', 'b'],
      ['r', 'a'],
    ] as const;
    expect(claims.map(([run, key]) => counted.claim(run, key))).toEqual([true, false, true, false, true, true]);
  });
});
