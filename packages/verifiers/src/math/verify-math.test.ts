import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyMath } from './verify-math.ts';

describe('verifyMath', () => {
  it.each([
    ['\\frac{1}{2}', 'so \\boxed{0.5}', true, 'equal'],
    ['42', 'The total is 42.', true, 'equal'],
    ['x^2+1', '\\boxed{1+x^2}', true, 'equal'],
    ['1,5', '\\boxed{1.5}', true, 'equal'],
    ['42', '\\boxed{41}', false, 'different'],
    ['42', 'no idea', false, 'no_answer'],
    ['42', '', false, 'no_answer'],
    ['', '\\boxed{42}', false, 'no_ground_truth'],
  ])('%s, %s', (groundTruth, response, correct, reason) => {
    expect(verifyMath({ groundTruth, response })).toMatchObject({ correct, reason });
  });

  it("counts only boxed or announced LaTeX with V-Triune's options", () => {
    const check = (response: string): boolean => verifyMath({ groundTruth: '$42$', response, compat: 'v-triune' }).correct;
    expect([check('\\boxed{42}'), check('the answer is $42$'), check('$42$'), check('42')]).toEqual([true, true, false, false]);
  });

  it('says what it read', () => {
    expect(verifyMath({ groundTruth: '3', response: '\\boxed{\\dfrac{6}{2}}' }).extracted).toBe('\\frac{6}{2}');
  });

  it('says the same whatever was asked before', () => {
    const answers = ['\\boxed{42}', '42', '41', 'so $6\\cdot 7$', '', ...Array.from({ length: 40 }, (_, number) => `\\boxed{${number}}`)];
    const ask = (response: string): string =>
      ['42', '$\\sqrt{1764}$', '7'].map((groundTruth) => JSON.stringify(verifyMath({ groundTruth, response }))).join();
    const first = answers.map(ask);
    expect([...answers].reverse().map(ask).reverse()).toEqual(first);
    expect(answers.map(ask)).toEqual(first);
  });

  it('takes any text', () => {
    const piece = fc.constantFrom(
      '\\boxed{',
      '}',
      '{',
      '$',
      '$$',
      '\\frac',
      '\\sqrt',
      '(',
      ')',
      '[',
      ']',
      '|',
      '^',
      '_',
      '1',
      'x',
      ',',
      '=',
      '<',
      ' ',
      '\n',
      '\\',
      'answer',
      ' is ',
      '\\text{',
      '%',
      '\\cup',
      '\\sum',
      'e',
      '!',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, text, (groundTruth, response) => {
        for (const compat of [undefined, 'v-triune'] as const)
          expect(typeof verifyMath({ groundTruth, response, ...(compat ? { compat } : {}) }).correct).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['digits', '9'.repeat(1e6)],
    ['boxes', '\\boxed{'.repeat(1e5)],
    ['nested boxes', `${'\\boxed{'.repeat(5e4)}5${'}'.repeat(5e4)}`],
    ['dollars', '$x '.repeat(3e5)],
    ['brackets', '\\['.repeat(5e5)],
    ['anchors', 'answer: '.repeat(1e5)],
    ['spaces', ' '.repeat(1e6)],
    ['numbers', '1 '.repeat(5e5)],
    ['bars', `\\boxed{${'|x'.repeat(1500)}}`],
    ['calls', `\\boxed{${'f('.repeat(150)}}`],
    ['towers', '\\boxed{9^{9^{9^{9}}}}'],
    ['factorials', '\\boxed{100!!!}'],
    ['sums', '\\boxed{\\sum_{k=1}^{1000}\\sum_{j=1}^{1000}\\sin kj}'],
    ['powers', '\\boxed{\\sum_{k=1}^{1000}k^{k}}'],
  ])('answers a hostile response: %s', (_, response) => {
    expect(verifyMath({ groundTruth: '$\\sqrt{2}$', response }).correct).toBe(false);
    expect(verifyMath({ groundTruth: response, response: '\\boxed{\\sqrt{2}}' }).correct).toBe(false);
  });
});
