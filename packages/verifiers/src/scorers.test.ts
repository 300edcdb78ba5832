import { describe, expect, it } from 'vitest';
import { choice } from './builtins/choice.ts';
import { counting } from './builtins/counting.ts';
import { asAssertion, asScorer } from './scorers.ts';

describe('asScorer', () => {
  it('takes { input, output, expected } and gives { name, score, metadata }, as autoevals, evalite and vitest-evals have it', async () => {
    const scorer = asScorer(counting, { off_by: 1 });
    expect(scorer.name).toBe('counting');
    expect(await scorer({ input: 'How many?', output: 'There are 5', expected: '4' })).toEqual({
      name: 'counting',
      score: 0.5,
      metadata: { accuracy: 0.5, format: 1, answered: 1, exact: 0, absolute_error: 1 },
    });
  });

  it('scores what is no text as its JSON', async () => {
    expect(await asScorer(counting)({ output: 4, expected: 4 })).toMatchObject({ score: 1 });
    expect(await asScorer(choice)({ output: ['A', 'C'], expected: ['A', 'C'] })).toMatchObject({ score: 1 });
  });

  it('gives null and the reason where there is no score', async () => {
    for (const expected of [undefined, 'many', {}])
      expect(await asScorer(counting)({ output: '4', expected })).toMatchObject({
        score: null,
        metadata: { code: 'invalid_ground_truth' },
      });
    expect(await asScorer(counting, { off_bye: 1 })({ output: '4', expected: '4' })).toMatchObject({
      score: null,
      metadata: { code: 'invalid_parameters', error: expect.stringContaining('off_bye') as string },
    });
    expect(await asScorer(counting)({ output: undefined, expected: '4' })).toMatchObject({ score: 0 });
  });
});

describe('asAssertion', () => {
  it('gives { pass, score, reason }, as promptfoo has it', async () => {
    const vars = { expected: '4', count: '5' };
    expect(await asAssertion(counting)('4', { vars })).toEqual({ pass: true, score: 1, reason: 'counting: accuracy 1, at least 1' });
    expect(await asAssertion(counting, { parameters: { off_by: 1 } })('5', { vars })).toMatchObject({ pass: false, score: 0.5 });
    expect(await asAssertion(counting, { parameters: { off_by: 1 }, threshold: 0.5 })('5', { vars })).toMatchObject({ pass: true });
    expect(await asAssertion(counting, { variable: 'count' })('5', { vars })).toMatchObject({ pass: true });
  });

  it('throws where there is no score, which promptfoo reports as an error', async () => {
    await expect(asAssertion(counting)('4', { vars: {} })).rejects.toThrow('Ground truth of "counting"');
  });
});
