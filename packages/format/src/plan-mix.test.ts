import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMix, repeatOf } from './plan-mix.ts';

describe('planMix', () => {
  it('takes everything once by default, and twice what its name says', () => {
    expect(planMix({ math: 3, puzzles_x2: 2 }, { seed: 1 }).counts).toEqual({ math: 3, puzzles_x2: 4 });
    expect(planMix({ math: 3, puzzles_x2: 2 }, { seed: 1, repeats: { puzzles_x2: 1, math: 3 }, caps: { math: 5 } }).counts).toEqual({
      math: 5,
      puzzles_x2: 2,
    });
    expect([repeatOf('a_x12'), repeatOf('ax2'), repeatOf('a_x')]).toEqual([12, 1, 1]);
  });

  it('evens out by temperature and adds up to the total', () => {
    expect(planMix({ a: 900, b: 100 }, { seed: 1, total: 100 }).counts).toEqual({ a: 90, b: 10 });
    // 30 and 10 are the square roots of 900 and 100.
    expect(planMix({ a: 900, b: 100 }, { seed: 1, total: 100, temperature: 2 }).counts).toEqual({ a: 75, b: 25 });
  });

  it('is a known order: every item as often as any other of its source, give or take one, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        fc.nat(),
        (sizes, total, seed) => {
          const named = Object.fromEntries(sizes.map((size, index) => [`s${index}`, size]));
          const plan = planMix(named, { seed, total });
          const items = [...plan.items()];
          expect(items).toHaveLength(total);
          expect([...planMix(named, { seed, total }).items()]).toEqual(items);
          for (const [source, size] of Object.entries(named)) {
            const own = items.filter((item) => item.source === source);
            expect(own).toHaveLength(plan.counts[source]!);
            const uses = Array.from({ length: size }, (_, index) => own.filter((item) => item.index === index).length);
            expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses rules that name no source or are out of range', () => {
    expect(() => planMix({ a: 1 }, { seed: 1, caps: { b: 1 } })).toThrow(/cap of "b" names no source; sources: a/);
    expect(() => planMix({ a: 1 }, { seed: 1, repeats: { a: 0.5 } })).toThrow(/repeat of "a" is 0.5/);
    expect(() => planMix({ a: 1 }, { seed: 1, temperature: 0 })).toThrow(/temperature is 0/);
  });
});
