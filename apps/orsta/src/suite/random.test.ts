import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuiteError } from './errors.ts';
import { createRandom } from './random.ts';

function draw(seed: number | string, count = 20): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

describe('createRandom', () => {
  it('repeats a stream for a seed and gives another for another seed', () => {
    expect(draw('a')).toEqual(draw('a'));
    expect(draw(1)).toEqual(draw('1'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('names children by their key alone', () => {
    const fresh = createRandom(7);
    const used = createRandom(7);
    used.next();
    expect(used.split('scene').next()).toBe(fresh.split('scene').next());
    expect(fresh.split('scene').next()).not.toBe(fresh.split('other').next());
  });

  it('keeps whole numbers in their range and shuffles without loss', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(60), (seed, low, reach) => {
        const random = createRandom(seed);
        const value = random.int(low, low + reach);
        expect(Number.isInteger(value) && value >= low && value <= low + reach).toBe(true);
        const items = Array.from({ length: reach }, (_, index) => index);
        expect([...random.shuffle(items)].sort((first, second) => first - second)).toEqual(items);
      }),
    );
  });

  it('is uniform and normal to within sampling error', () => {
    const random = createRandom('moments');
    const count = 20_000;
    const uniform = Array.from({ length: count }, () => random.next());
    const normal = Array.from({ length: count }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / count;
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow(SuiteError);
  });
});
