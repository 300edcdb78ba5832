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

  // Four tokens of the same probability: sums of it are exact.
  const even = new Float32Array(4);
  it.each([
    [0, 0],
    [0.2499, 0],
    [0.25, 1],
    [0.5, 2],
    [0.75, 3],
    [0.9999, 3],
  ])('gives the uniform number %d to token %d', (uniform, id) => {
    expect(sampleToken(even, all, uniform).id).toBe(id);
    // In the order of probability, which here is that of the ids, when it is filtered.
    expect(sampleToken(even, { ...all, topK: 4 }, uniform).id).toBe(id);
  });
  it.each([
    [{ topK: 1 }, [0, 0, 0, 0]],
    [{ topK: 2 }, [0, 0, 1, 1]],
    [{ topK: 9 }, [0, 1, 2, 3]],
    [{ topP: 0.01 }, [0, 0, 0, 0]],
    [{ topP: 0.25 }, [0, 0, 0, 0]],
    [{ topP: 0.26 }, [0, 0, 1, 1]],
    [{ topP: 0.5 }, [0, 0, 1, 1]],
    [{ topP: 0.5, topK: 1 }, [0, 0, 0, 0]],
    [{ topP: 0.99 }, [0, 1, 2, 3]],
    [{ topP: 0.25, topK: 3 }, [0, 0, 0, 0]],
  ])('with %j keeps the tokens that are the first of equals', (filter, ids) => {
    const drawn = [0, 0.25, 0.5, 0.75].map((uniform) => sampleToken(even, { ...all, ...filter }, uniform).id);
    expect(drawn).toEqual(ids);
  });
  it('orders by probability where it filters, and keeps the log-probability of the whole distribution', () => {
    const { id, logProb } = sampleToken(row, { ...all, topK: 1 }, 0.5);
    expect(id).toBe(3);
    expect(logProb).toBeCloseTo(Math.log(0.4), 6);
    expect(sampleToken(row, { ...all, topK: 2 }, 0).id).toBe(3);
    expect(sampleToken(row, { ...all, topK: 2 }, 0.999).id).toBe(2);
  });
  it('reports the log-probability at the temperature that it was drawn with', () => {
    // Square roots of 0.1 to 0.4 over their sum.
    const total = [0.1, 0.2, 0.3, 0.4].reduce((sum, share) => sum + Math.sqrt(share), 0);
    const { id, logProb } = sampleToken(row, { ...all, temperature: 2 }, 0);
    expect(id).toBe(0);
    expect(logProb).toBeCloseTo(Math.log(Math.sqrt(0.1) / total), 6);
  });
  it('takes the first of several best tokens, and the last token where rounding leaves nothing', () => {
    expect(sampleToken(even, { ...all, temperature: 0 }, 0.9).id).toBe(0);
    expect(sampleToken(Float32Array.of(0, 0, Number.NEGATIVE_INFINITY), all, 1).id).toBe(1);
  });
});
