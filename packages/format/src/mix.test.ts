import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMix } from './mix.ts';

const sources = { a: ['a0', 'a1', 'a2'], b: ['b0', 'b1'], unused: [] as string[] };
const weights = { a: 3, b: 1, unused: 0 };

function draw(count: number, mix = createMix(sources, weights, 7)): string[] {
  return Array.from({ length: count }, () => mix.next().item);
}

describe('createMix', () => {
  it('keeps the proportions', () => {
    const share = draw(8000).filter((item) => item.startsWith('a')).length / 8000;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.02);
  });

  it('draws every item of a source once before any again', () => {
    const drawn = draw(400).filter((item) => item.startsWith('a'));
    for (let start = 0; start + 3 <= drawn.length; start += 3) expect(new Set(drawn.slice(start, start + 3)).size).toBe(3);
    expect(new Set(drawn.join('').match(/.{6}/g)).size).toBeGreaterThan(3);
  });

  it('goes on from any position as if it had never stopped', () => {
    const whole = draw(300);
    fc.assert(
      fc.property(fc.nat(250), fc.nat(40), (position, before) => {
        const mix = createMix(sources, weights, 7);
        draw(before, mix);
        mix.seek(position);
        expect(mix.position).toBe(position);
        expect(draw(50, mix)).toEqual(whole.slice(position, position + 50));
      }),
    );
  });

  it('gives the draw at any position, in any order', () => {
    const whole = draw(100);
    const mix = createMix(sources, weights, 7);
    expect([50, 3, 3, 99, 0].map((position) => mix.at(position).item)).toEqual([50, 3, 3, 99, 0].map((position) => whole[position]));
    expect(mix.position).toBe(1);
  });

  it('depends on the seed', () => {
    expect(draw(50)).not.toEqual(draw(50, createMix(sources, weights, 8)));
  });

  it.each([
    [{ a: 1, b: 1 }, /source "unused" has no weight/],
    [{ ...weights, c: 1 }, /weight "c" names no source/],
    [{ ...weights, unused: 1 }, /has no items/],
    [{ ...weights, a: -1 }, /weight of "a" is -1/],
    [{ a: 0, b: 0, unused: 0 }, /no source has a weight above 0/],
  ])('refuses the weights %j', (wrong, message) => {
    expect(() => createMix(sources, wrong, 1)).toThrow(message);
  });

  it('refuses a position that is none', () => {
    expect(() => createMix(sources, weights, 1).seek(-1)).toThrow(/whole number from 0/);
  });
});
