import { at } from '@vtriune/format/at';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAssets, type SuiteAssets } from '../assets.ts';
import { createRandom } from '../random.ts';
import { toSample } from '../sample.ts';
import { sign } from './sign.ts';

let assets: SuiteAssets;
beforeAll(async () => {
  assets = await loadAssets();
});

describe('sign', () => {
  it('asks for the two digits that are written on it', () => {
    for (let index = 0; index < 30; index++) {
      const { objects, questions, width, height, pixels } = sign.generate(createRandom(`sign/${String(index)}`), assets, 'train');
      const [plate, ...digits] = objects;
      expect([width, height, pixels.length]).toEqual([384, 384, 384 * 384 * 3]);
      expect(questions).toHaveLength(1);
      expect(at(questions, 0).answer).toBe(digits.map(({ label }) => label).join(' '));
      for (const { box } of digits) {
        expect(box[0]).toBeGreaterThanOrEqual(at(plate?.box ?? [], 0) - 1);
        expect(box[2]).toBeLessThanOrEqual(at(plate?.box ?? [], 2) + 1);
      }
    }
  });

  it('is the same scene for the same state, and another for another', () => {
    const scene = (state: string): string => Buffer.from(sign.generate(createRandom(state), assets, 'test').pixels).toString('base64');
    expect(scene('a')).toBe(scene('a'));
    expect(scene('a')).not.toBe(scene('b'));
  });

  it('is judged by the whole number', () => {
    const [question] = sign.generate(createRandom('judge'), assets, 'test').questions;
    if (question === undefined) throw new Error('no question');
    expect(toSample(question, { id: '1', split: 'test' })).toMatchObject({ ability: 'sign', reward_model: { verifier: 'text' } });
  });
});
