import { describe, expect, it } from 'vitest';
import { groupAdvantages } from './grpo.ts';

const grpo = { normalizeByDeviation: true };

describe('groupAdvantages', () => {
  it('centers and scales by the sample deviation', () => {
    const { advantages, zeroVariance } = groupAdvantages([1, 0, 0, 1], grpo);
    expect(zeroVariance).toBe(false);
    advantages.forEach((value, i) => expect(value).toBeCloseTo((i === 0 || i === 3 ? 0.5 : -0.5) / Math.sqrt(1 / 3), 4));
  });
  it('leaves the centered reward where the deviation is not asked for', () => {
    expect(groupAdvantages([1, 0, 0, 1], { normalizeByDeviation: false }).advantages).toEqual([0.5, -0.5, -0.5, 0.5]);
  });
  it('leaves failures out of mean and deviation', () => {
    const { advantages } = groupAdvantages([1, null, 0], grpo);
    expect(advantages[1]).toBeNull();
    expect(advantages[0]).toBeCloseTo(0.5 / Math.sqrt(0.5), 4);
  });
  it('calls groups without variance or with one reward useless', () => {
    expect(groupAdvantages([0.3, 0.3], grpo)).toEqual({ advantages: [0, 0], zeroVariance: true });
    expect(groupAdvantages([1, null], grpo)).toEqual({ advantages: [0, null], zeroVariance: true });
    expect(groupAdvantages([], grpo)).toEqual({ advantages: [], zeroVariance: true });
  });
});
