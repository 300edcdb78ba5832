import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNoise } from '../../test/series.ts';
import { createTrend, differs, meanOf, medianOf } from './trend.ts';

describe('createTrend', () => {
  it('keeps the first and the newest window, and the best mean of a window before the newest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 40 }),
        fc.integer({ min: 2, max: 6 }),
        (values, window) => {
          const trend = createTrend(window);
          for (const value of values) trend.add(value);
          expect(trend.count).toBe(values.length);
          expect(trend.first).toEqual(values.slice(0, window));
          expect(trend.recent).toEqual(values.slice(-window));
          const means = values
            .map((_, start) => meanOf(values.slice(start, start + window)))
            .slice(0, Math.max(0, values.length - 2 * window + 1));
          expect(trend.best).toEqual(means.length === 0 ? undefined : Math.max(...means));
        },
      ),
    );
  });

  it('measures the noise around the course of a series, and not the course', () => {
    const noise = createNoise(3);
    const trend = createTrend(5);
    for (let step = 0; step < 5000; step++) trend.add(step / 5000 + noise());
    // The deviation of numbers that are evenly spread over [0, 1].
    expect(trend.noise).toBeCloseTo(Math.sqrt(1 / 12), 2);
  });
});

describe('medianOf', () => {
  it.each([
    [[3], 3],
    [[4, 1, 9], 4],
    [[4, 1, 9, 6], 5],
    [[], NaN],
  ])('of %j', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});

describe('differs', () => {
  it('asks for that many standard errors of the difference of two means', () => {
    // One standard error is 0.1 * sqrt(2 / 8) = 0.05.
    expect(differs(0.5, 0.64, { noise: 0.1, count: 8, errors: 3 })).toBe(false);
    expect(differs(0.5, 0.66, { noise: 0.1, count: 8, errors: 3 })).toBe(true);
  });
});
