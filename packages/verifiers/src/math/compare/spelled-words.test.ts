import { describe, expect, it } from 'vitest';
import { parseLatex } from '../parse/parse-latex.ts';
import { addsSymbols, hasWords } from './spelled-words.ts';
import { verifyMath } from '../verify-math.ts';

function node(text: string) {
  const parsed = parseLatex(text);
  if (!parsed) throw new Error(`${text} cannot be read`);
  return parsed;
}

describe('hasWords', () => {
  it.each([
    ['4 minus 0', true],
    ['4 to 0', true],
    ['0\\text{cats}', true],
    ['0xy', false],
    ['2 ab', false],
    ['\\frac{\\alpha}{2} + \\operatorname{floor} x', false],
    ['sin 0', false],
    ['cos 0', true],
  ])('%s: %s', (text, expected) => {
    expect(hasWords(text)).toBe(expected);
  });
});

describe('addsSymbols', () => {
  it.each([
    ['0', '0x', true],
    ['x', 'xy', true],
    ['xy', 'x', false],
    ['6', '\\sum_{k=1}^{3} k', false],
  ])('%s, %s: %s', (groundTruth, prediction, expected) => {
    expect(addsSymbols(node(groundTruth), node(prediction))).toBe(expected);
  });
});

describe('an answer in words', () => {
  it.each([
    ['0', '4 minus 0', false],
    ['0', '0 times whatever', false],
    ['4', '4 + 0 minus', false],
    ['1', '(minus)^0', false],
    ['\\{0, 1\\}', '\\{4 minus 0, 1\\}', false],
    ['0', '0', true],
    ['0', '0xy', true],
    ['0', 'x - x', true],
    ['0', 'sin 0', true],
    ['0', '0 \\text{ cats}', true],
    ['0', '0 hours', true],
    ['4', 'area = 4', true],
  ])('ground truth %s, answer %s: %s', (groundTruth, answer, expected) => {
    expect(verifyMath({ groundTruth, response: `\\boxed{${answer}}` }).correct).toBe(expected);
  });

  it('counts as a product of letters in compat, as in the reference', () => {
    expect(verifyMath({ groundTruth: '$0$', response: '\\boxed{4 minus 0}', compat: 'v-triune' }).correct).toBe(true);
  });
});
