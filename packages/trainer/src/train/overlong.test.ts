import { describe, expect, it } from 'vitest';
import { overlongPenalty } from './overlong.ts';

describe('overlongPenalty', () => {
  const limits = { maxNewTokens: 20, overlongBuffer: 5, overlongPenalty: 1 };
  it('falls linearly over the buffer', () => {
    expect([1, 15, 16, 18, 20, 21].map((length) => overlongPenalty(length, limits))).toEqual([0, 0, -0.2, -0.6, -1, -1]);
  });
  it('is 0 without a buffer, and scaled by the penalty', () => {
    expect([20, 21].map((length) => overlongPenalty(length, { ...limits, overlongBuffer: 0 }))).toEqual([0, 0]);
    expect(overlongPenalty(20, { ...limits, overlongPenalty: 0.5 })).toBe(-0.5);
  });
});
