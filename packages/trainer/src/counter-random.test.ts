import { describe, expect, it } from 'vitest';
import { counterRandom } from './counter-random.ts';

describe('counterRandom', () => {
  it('is a function of its counters and of their order', () => {
    expect(counterRandom(1, 2, 3)).toBe(counterRandom(1, 2, 3));
    expect(counterRandom(1, 2, 3)).not.toBe(counterRandom(1, 3, 2));
    expect(counterRandom(1)).not.toBe(counterRandom(1, 0));
    expect(counterRandom(1)).not.toBe(counterRandom(1 + 2 ** 33));
  });
  it('is uniform and uncorrelated over consecutive counters', () => {
    const values = Array.from({ length: 50_000 }, (_, i) => counterRandom(7, 1, i));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const product = values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((values[i] ?? 0) - 0.5), 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(Math.abs(product)).toBeLessThan(0.002);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 10_000))).toBeLessThan(1);
    const buckets = Array.from({ length: 10 }, (_, k) => values.filter((value) => Math.floor(value * 10) === k).length / values.length);
    for (const share of buckets) expect(share).toBeCloseTo(0.1, 2);
  });
});
