// Every deviation of DEVIATIONS.md, in its order.
import { describe, expect, it } from 'vitest';
import { extractMath } from './extract-math.ts';
import { compareAnswers, verifyMath } from './verify-math.ts';

const equal = (groundTruth: string, response: string): boolean => compareAnswers(extractMath(groundTruth), extractMath(response));

describe('pairs the reference calls equal and that are not', () => {
  it.each([
    ['1', '$\\frac{1}{2004!}$', '\\boxed{\\frac{1}{2006!}}'],
    ['1', '$\\frac{1}{2^{99}}$', '\\boxed{\\frac{1}{2^{98}}}'],
    ['1', '$\\frac{2^{2005}+1}{3\\cdot 2^{2006}}$', '\\boxed{\\frac{1}{3\\cdot 2^{2006}}}'],
    ['2', '$1,2,\\ldots,n$', '\\boxed{1,3,5,\\ldots,2n-1}'],
    ['3', '3x+y=4', '1x+y=4'],
    ['4', '$1 - \\frac{1}{\\mathrm{e}}$', '$1 + \\frac{1}{\\mathrm{e}}$'],
    ['4', '$1 - \\frac{1}{\\mathrm{e}}$', '\\boxed{1}'],
    ['5', '$7$', '\\boxed{4(3)}'],
    ['6', '$0$', '\\boxed{4 minus 0}'],
  ])('deviation %s: %s is not %s', (_, groundTruth, response) => {
    expect(equal(groundTruth, response)).toBe(false);
  });
});

describe('pairs the reference calls different and that are equal', () => {
  it.each([
    ['5', '$12$', '\\boxed{4(3)}'],
    ['7', '$10000$', '\\boxed{10\\,000}'],
    ['8', '$\\sqrt{2}$', '\\boxed{\\sqrt(2)}'],
    ['8', '$\\sqrt{\\pi}$', '\\boxed{\\sqrt\\pi}'],
    ['9', '$\\frac{1}{1000}$', '\\boxed{10^-3}'],
    ['10', '$\\text{North}$', '\\boxed{North}'],
    ['11', '$2i$', '\\boxed{i\\cdot 2}'],
    ['12', '$\\ln 2$', '\\boxed{\\log_e 2}'],
    ['13', '$x \\neq 3$', '\\boxed{3 \\neq x}'],
    ['13', '$2x > 4$', '\\boxed{x > 2}'],
    ['13', '$1<x<3$', '\\boxed{3>x>1}'],
    ['14', '$x$', '\\boxed{2x-x}'],
    ['13', '$2x=4$', '\\boxed{x=2}'],
  ])('deviation %s: %s is %s', (_, groundTruth, response) => {
    expect(equal(groundTruth, response)).toBe(true);
  });

  it('deviation 15: a bold number is a number', () => {
    expect(compareAnswers(extractMath('**73**', { firstMatchOnly: true }), extractMath('$73$'))).toBe(true);
  });
});

describe('texts on which the reference hangs or raises', () => {
  it.each([
    ['$9^{9^{9^{9}}}$', '\\boxed{9^{9^{9^{9}}}}', true],
    ['$9^{9^{9^{9}}}$', '\\boxed{9^{9^{9^{8}}}}', false],
    ['$10^{10^{10}}$', '\\boxed{10^{10^{11}}}', false],
    ['$12:00$', '\\boxed{12:30}', false],
    ['$12:00$', '\\boxed{12:00}', true],
    ['$99999999!$', '\\boxed{99999998!}', false],
    ['$\\sqrt{10^{20}+1}$', '\\boxed{10^{10}}', false],
  ])('deviation 16: %s and %s', (groundTruth, response, expected) => {
    expect(equal(groundTruth, response)).toBe(expected);
  });

  it('deviation 17: a ground truth without delimiters is read whole', () => {
    expect(verifyMath({ groundTruth: '\\sqrt{3}', response: '\\boxed{3^{1/2}}' }).correct).toBe(true);
    expect(verifyMath({ groundTruth: '2x+1', response: '\\boxed{2}' }).correct).toBe(false);
    expect(verifyMath({ groundTruth: '2x+1', response: '\\boxed{1+2x}' }).correct).toBe(true);
  });
});
