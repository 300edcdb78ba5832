import { describe, expect, it } from 'vitest';
import { counterRandom } from '../counter-random.ts';
import { sampleToken, type SamplingOptions } from './sample-token.ts';

const all: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };
const row = Float32Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
function frequencies(options: SamplingOptions): number[] {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) {
    const { id } = sampleToken(row, options, counterRandom(1, i));
    counts[id] = (counts[id] ?? 0) + 1 / 20_000;
  }
  return counts;
}

describe('sampleToken', () => {
  it('draws tokens as often as they are probable', () => {
    frequencies(all).forEach((share, id) => expect(share).toBeCloseTo(0.1 * (id + 1), 1));
  });
  it('sharpens with a low temperature', () => {
    expect(frequencies({ ...all, temperature: 0.5 })[3]).toBeCloseTo(0.16 / 0.3, 1);
  });
  it('keeps the k most probable', () => {
    const shares = frequencies({ ...all, topK: 2 });
    expect(shares.slice(0, 2)).toEqual([0, 0]);
    expect(shares[3]).toBeCloseTo(4 / 7, 1);
  });
  it('keeps the nucleus', () => {
    expect(frequencies({ ...all, topP: 0.65 }).slice(0, 2)).toEqual([0, 0]);
  });
  it('takes the best token at temperature 0 and reports its probability', () => {
    const { id, logProb } = sampleToken(row, { ...all, temperature: 0 }, 0.99);
    expect(id).toBe(3);
    expect(logProb).toBeCloseTo(Math.log(0.4), 6);
  });
  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('refuses a row with %s anywhere, greedy or not', (_name, value) => {
    for (let place = 0; place < 4; place++) {
      const broken = row.slice();
      broken[place] = value;
      for (const temperature of [0, 1])
        expect(() => sampleToken(broken, { ...all, temperature }, 0.5)).toThrow(expect.objectContaining({ code: 'not_finite' }));
    }
  });
  it('never draws a token of minus infinity', () => {
    const masked = Float32Array.of(Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0);
    for (let i = 0; i < 50; i++) expect([1, 3]).toContain(sampleToken(masked, all, i / 50).id);
    expect(() => sampleToken(new Float32Array(4).fill(Number.NEGATIVE_INFINITY), all, 0.5)).toThrow(/not finite/);
  });
});
