import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, hashText, permutation } from './random.ts';

describe('random', () => {
  it('is the same on every machine', () => {
    expect(hashText('orsta')).toBe(hashText('orsta'));
    const random = createRandom('seed 1');
    expect([random(), random(), random()].map((value) => value.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.504971",
        "0.229191",
        "0.854026",
      ]
    `);
  });

  it('is uniform enough: every tenth of [0, 1) gets its share', () => {
    const random = createRandom('uniform');
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 20_000; draw++) {
      const tenth = Math.floor(random() * 10);
      counts.set(tenth, (counts.get(tenth) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('permutes', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.string(), (length, seed) => {
        expect([...permutation(length, seed)].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, index) => index));
      }),
    );
  });
});
