import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpread, addToSpread, centerOf, createSpread, deviationOf, type Spread } from './spread.ts';

function spreadOf(values: readonly number[]): Spread {
  const spread = createSpread();
  for (const value of values) addToSpread(spread, value);
  return spread;
}

describe('spread', () => {
  it('has the mean, population deviation, and maximum of its numbers', () => {
    // statistics.pstdev([2, 4, 4, 4, 5, 5, 7, 9]) and pstdev([0.1, -3.5, 1e3]) of Python.
    const spread = spreadOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([centerOf(spread), spread.max]).toEqual([5, 9]);
    expect(deviationOf(spread)).toBeCloseTo(2, 12);
    expect(deviationOf(spreadOf([0.1, -3.5, 1e3]))).toBeCloseTo(472.2081956086743, 9);
  });

  it('keeps small deviations of large numbers', () => {
    expect(deviationOf(spreadOf([1e9 + 1, 1e9 + 2, 1e9 + 3]))).toBeCloseTo(Math.sqrt(2 / 3), 6);
  });

  it('is NaN for nothing and leaves out what is not finite', () => {
    expect(deviationOf(createSpread())).toBeNaN();
    expect(spreadOf([1, NaN, Infinity])).toEqual(spreadOf([1]));
  });

  it('merges the spreads of any two lists into that of both', () => {
    const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const merged = spreadOf(a);
        addSpread(merged, spreadOf(b));
        const whole = spreadOf([...a, ...b]);
        expect([merged.count, merged.max]).toEqual([whole.count, whole.max]);
        if (whole.count > 0) expect(deviationOf(merged)).toBeCloseTo(deviationOf(whole), 8);
      }),
    );
  });
});
