// What the examples of the conformance suite do not say: options, partial credit and ground truths that cannot be read.
import { describe, expect, it } from 'vitest';
import type { Verifier } from '../verifier.ts';
import { choice } from './choice.ts';
import { counting } from './counting.ts';
import { json } from './json.ts';
import { numeric } from './numeric.ts';
import { ocr } from './ocr.ts';
import { text } from './text.ts';

interface Question {
  readonly truth: unknown;
  readonly parameters?: unknown;
}

async function accuracy(verifier: Verifier, { truth, parameters }: Question, response: string): Promise<number> {
  const outcome = await verifier.verify({ response, groundTruth: truth, parameters, split: 'train', images: [] });
  return outcome.accuracy;
}

describe('counting', () => {
  it('shapes what is off by k', async () => {
    const near = { truth: 7, parameters: { off_by: 2 } };
    const paid = await Promise.all(['7', '8', '5', '4'].map((response) => accuracy(counting, near, response)));
    expect(paid[0]).toBe(1);
    expect(paid[1]).toBeCloseTo(2 / 3, 12);
    expect(paid[2]).toBeCloseTo(1 / 3, 12);
    expect(paid[3]).toBe(0);
  });

  it.each([['many'], [-1], [2.5], [''], [null], [[7]]])('refuses %j as ground truth', (truth) => {
    expect(() => counting.verify({ response: '7', groundTruth: truth, parameters: {}, split: 'train', images: [] })).toThrow(
      expect.objectContaining({ code: 'invalid_ground_truth' }),
    );
  });
});

describe('ocr', () => {
  it('pays by the asked metric', async () => {
    const truth = 'the quick brown fox';
    const answer = 'the quick brown box!';
    const paid = async (metric: string) => accuracy(ocr, { truth, parameters: { metric } }, answer);
    expect(await paid('exact')).toBe(0);
    expect(await paid('edit')).toBeCloseTo(1 - 2 / 20, 12);
    expect(await paid('cer')).toBeCloseTo(1 - 2 / 19, 12);
    expect(await paid('wer')).toBeCloseTo(0.75, 12);
    expect(await paid('anls')).toBeCloseTo(0.9, 12);
  });

  it('pays ANLS nothing below one half, and equal length does not make texts alike', async () => {
    expect(await accuracy(ocr, { truth: 'abcd', parameters: { metric: 'anls' } }, 'abxyz')).toBe(0);
    expect(await accuracy(ocr, { truth: 'abcd', parameters: { metric: 'edit' } }, 'wxyz')).toBe(0);
  });

  it('does not compare what is many times too long', async () => {
    expect(await accuracy(ocr, { truth: 'abc', parameters: { metric: 'edit' } }, 'abc'.repeat(100_000))).toBe(0);
    expect(await accuracy(ocr, { truth: 'a b', parameters: { metric: 'wer' } }, 'a b '.repeat(100_000))).toBe(0);
  });
});

describe('choice', () => {
  const animals = { truth: 'B', parameters: { options: ['cat', 'dog', 'catfish'] } };

  it.each(['B', 'b.', '(B)', 'B: dog', 'Option B', 'dog', 'Dog.', 'The answer is (B) dog'])('takes %s', async (response) => {
    expect(await accuracy(choice, animals, response)).toBe(1);
  });

  it.each(['', 'A or B', 'B or C', 'not B', 'dogs', 'hotdog', 'a dog', 'B cat', 'ABC', 'D'])('refuses %s', async (response) => {
    expect(await accuracy(choice, animals, response)).toBe(0);
  });

  it('knows the right option by its text too, and tells cat from catfish', async () => {
    expect(await accuracy(choice, { truth: 'catfish', parameters: animals.parameters }, 'C')).toBe(1);
    expect(await accuracy(choice, { truth: 'catfish', parameters: animals.parameters }, 'cat')).toBe(0);
  });

  it.each([['horse'], ['D'], ['']])('refuses %j as ground truth', (truth) => {
    expect(() => choice.verify({ response: 'B', groundTruth: truth, parameters: animals.parameters, split: 'train', images: [] })).toThrow(
      expect.objectContaining({ code: 'invalid_ground_truth' }),
    );
  });
});

describe('text', () => {
  it('takes any of several, exactly if asked', async () => {
    const cities = '["New York", "NYC"]';
    expect(await accuracy(text, { truth: cities }, 'nyc!')).toBe(1);
    expect(await accuracy(text, { truth: cities, parameters: { match: 'exact' } }, 'nyc!')).toBe(0);
    expect(await accuracy(text, { truth: cities, parameters: { match: 'exact' } }, '<answer>NYC</answer>')).toBe(1);
    expect(await accuracy(text, { truth: '<answer> 12 </answer>' }, '12')).toBe(1);
    expect(await accuracy(text, { truth: '...' }, '!!!')).toBe(0);
  });
});

describe('numeric', () => {
  it('scores mean relative accuracy', async () => {
    const question = { truth: 10, parameters: { metric: 'mean_relative_accuracy' } };
    expect(await accuracy(numeric, question, '10')).toBe(1);
    expect(await accuracy(numeric, question, '12')).toBeCloseTo(0.6, 12);
    expect(await accuracy(numeric, question, '20')).toBe(0);
    expect(await accuracy(numeric, { truth: 0, parameters: question.parameters }, '0')).toBe(1);
    expect(await accuracy(numeric, { truth: 0, parameters: question.parameters }, '1')).toBe(0);
  });

  it('is exact without a tolerance, up to binary rounding', async () => {
    expect(await accuracy(numeric, { truth: 0.3 }, String(0.1 + 0.2))).toBe(1);
    expect(await accuracy(numeric, { truth: 0.3 }, '0.30001')).toBe(0);
    expect(await accuracy(numeric, { truth: 100, parameters: { absolute_tolerance: 2 } }, '102')).toBe(1);
    expect(await accuracy(numeric, { truth: 100, parameters: { absolute_tolerance: 2 } }, '102.1')).toBe(0);
    expect(await accuracy(numeric, { truth: '0.12' }, '12%')).toBe(1);
  });
});

describe('json', () => {
  it('weighs fields, compares deeply and keeps __proto__ out of it', async () => {
    const question = { truth: '{"a": {"b": [1, "Two"]}, "c": true}', parameters: { fields: { a: 3, c: 1 } } };
    expect(await accuracy(json, question, "{'a': {'b': [1, 'two.']}, 'c': True}")).toBe(1);
    expect(await accuracy(json, question, '{"a": {"b": [1, "Two"]}, "c": false}')).toBe(0.75);
    expect(await accuracy(json, question, '{"a": {"b": [1, "Two", 3]}, "c": true}')).toBe(0.25);
    expect(await accuracy(json, question, '{"__proto__": {"a": {"b": [1, "Two"]}, "c": true}}')).toBe(0);
    expect(await accuracy(json, { truth: [1, 2, 3], parameters: { match: 'exact' } }, '[1, 2, "3"]')).toBeCloseTo(2 / 3, 12);
  });

  it('refuses a schema that does not compile and fields the ground truth lacks', () => {
    const verify = (parameters: unknown) => () =>
      json.verify({ response: '{"a": 1}', groundTruth: { a: 1 }, parameters, split: 'train', images: [] });
    expect(verify({ schema: { type: 'nonsense' } })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(verify({ fields: { b: 1 } })).toThrow('"fields" may weigh: a');
  });
});
