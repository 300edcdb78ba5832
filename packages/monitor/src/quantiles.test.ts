import { DDSketch } from '@datadog/sketches-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuantiles, addToQuantiles, createQuantiles, quantileOf, type Quantiles } from './quantiles.ts';

const SHARES = [0, 0.25, 0.5, 0.9, 0.95, 0.99, 1];
const positive = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });

function sketchOf(values: readonly number[]): Quantiles {
  const quantiles = createQuantiles();
  for (const value of values) addToQuantiles(quantiles, value);
  return quantiles;
}

describe('quantileOf', () => {
  it('is right to one percent, as the number of that rank', () => {
    fc.assert(
      fc.property(positive, fc.constantFrom(...SHARES), (values, share) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = Number(sorted[Math.floor(share * (values.length - 1))]);
        expect(Math.abs(quantileOf(sketchOf(values), share) - exact)).toBeLessThanOrEqual(exact * 0.010001);
      }),
    );
  });

  it("is what Datadog's implementation says", () => {
    fc.assert(
      fc.property(positive, (values) => {
        const theirs = new DDSketch({ relativeAccuracy: 0.01 });
        for (const value of values) theirs.accept(value);
        for (const share of SHARES) {
          const other = theirs.getValueAtQuantile(share);
          // Their bins may begin elsewhere; both are within a percent of the number.
          expect(Math.abs(quantileOf(sketchOf(values), share) / other - 1)).toBeLessThan(0.0203);
        }
      }),
    );
  });

  it('of zeros is 0, of the largest numbers the largest bin, and of nothing NaN', () => {
    expect(quantileOf(sketchOf([0, 0, 5]), 0.5)).toBe(0);
    expect(quantileOf(sketchOf([1e300]), 0.5)).toBeCloseTo(1e15, -13.5);
    expect(quantileOf(createQuantiles(), 0.5)).toBeNaN();
    expect(quantileOf(sketchOf([NaN, Infinity, -1]), 0.5)).toBeNaN();
  });
});

describe('addQuantiles', () => {
  it('gives what one sketch of all numbers has', () => {
    fc.assert(
      fc.property(positive, positive, (some, others) => {
        const merged = sketchOf(some);
        addQuantiles(merged, sketchOf(others));
        const all = sketchOf([...some, ...others]);
        expect(merged).toEqual(all);
      }),
    );
  });

  it('holds a bounded number of bins', () => {
    const quantiles = createQuantiles();
    for (let exponent = -400; exponent < 308; exponent += 0.001) addToQuantiles(quantiles, 10 ** exponent);
    expect(quantiles.bins.length).toBeLessThan(2_800);
  });
});
