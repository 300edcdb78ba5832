import { describe, expect, it } from 'vitest';
import { counterRandom } from '../random/counter-random.ts';
import { sampleToken, type SamplingOptions } from './sample-token.ts';

const all: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };
const row = Float32Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
const frequencies = (options: SamplingOptions): number[] => {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) {
    const { id } = sampleToken(row, options, counterRandom(1, i));
    counts[id] = (counts[id] ?? 0) + 1 / 20_000;
  }
  return counts;
};

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
});
