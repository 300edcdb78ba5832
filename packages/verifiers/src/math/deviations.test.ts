// Every deviation of DEVIATIONS.md, in its order.
import { describe, expect, it } from 'vitest';
import { extractMath } from './find/extract-math.ts';
import { compareAnswers, verifyMath } from './verify-math.ts';

function equal(groundTruth: string, response: string): boolean {
  return compareAnswers(extractMath(groundTruth), extractMath(response));
}

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
    [`$${'\\log('.repeat(40)}9^{9^{9}}${')'.repeat(40)}$`, '\\boxed{0}', false],
    ['$x^5+\\sin x=y$', '\\boxed{y^5+\\cos x=x^x}', false],
    ['$\\sum_{k=1}^{10^{9}}\\sum_{j=1}^{10^{9}}\\sin(kj)$', '\\boxed{0}', false],
  ])('deviation 16: %s and %s', (groundTruth, response, expected) => {
    expect(equal(groundTruth, response)).toBe(expected);
  });

  it('deviation 17: a ground truth without delimiters is read whole', () => {
    expect(verifyMath({ groundTruth: '\\sqrt{3}', response: '\\boxed{3^{1/2}}' }).correct).toBe(true);
    expect(verifyMath({ groundTruth: '2x+1', response: '\\boxed{2}' }).correct).toBe(false);
    expect(verifyMath({ groundTruth: '2x+1', response: '\\boxed{1+2x}' }).correct).toBe(true);
  });

  it.each([
    ['1,2,3', '\\boxed{3}', false],
    ['1,2,3', '\\boxed{\\{3,2,1\\}}', true],
    ['1, 2', '\\boxed{2}', false],
    ['1, 2', '\\boxed{1 \\text{ and } 2}', true],
    ['1,2', '\\boxed{1,2}', true],
    ['1,2', '\\boxed{1.2}', true],
    ['1,000', '\\boxed{1000}', true],
    ['1,000', '\\boxed{0}', false],
    ['1 2', '\\boxed{2}', false],
    ['\\$1{,}250.50', '\\boxed{1250.5}', true],
    ['20 square feet', '\\boxed{20}', true],
    ['2 red balls and 3 blue balls', '\\boxed{3}', false],
  ])('deviation 17: ground truth %s and response %s', (groundTruth, response, expected) => {
    expect(verifyMath({ groundTruth, response }).correct).toBe(expected);
  });

  it('deviation 18: only the end of a text is searched, and what is too long or too deep is not read', () => {
    const correct = (response: string): boolean => verifyMath({ groundTruth: '5', response }).correct;
    expect([correct(`\\boxed{5}${' '.repeat(15_000)}`), correct(`\\boxed{5}${' '.repeat(16_000)}`)]).toEqual([true, false]);
    expect([correct(`\\boxed{5${'+0'.repeat(1_900)}}`), correct(`\\boxed{5${'+0'.repeat(2_100)}}`)]).toEqual([true, false]);
    expect([correct(`\\boxed{${'('.repeat(80)}5${')'.repeat(80)}}`), correct(`\\boxed{${'('.repeat(300)}5${')'.repeat(300)}}`)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('what is typed without LaTeX, and texts', () => {
  it.each([
    ['19', '-5', '\\boxed{−5}'],
    ['19', '-5', 'The answer is −5'],
    ['19', 'x^2', '\\boxed{x²}'],
    ['19', '\\sqrt{2}', '\\boxed{√2}'],
    ['19', '2.5', '\\boxed{2½}'],
    ['19', '10', '\\boxed{10 €}'],
    ['19', '5', '\\boxed{5 cm²}'],
    ['20', '3\\times 10^8', '\\boxed{3e8}'],
    ['20', '1e-3', '\\boxed{0.001}'],
    ['21', '\\frac{1}{3}', '\\boxed{0.\\overline{3}}'],
    ['21', '\\frac{1}{6}', '\\boxed{0.1\\overline{6}}'],
    ['22', '\\vec{a}', '\\boxed{\\vec a}'],
    ['23', '\\text{June 3}', '\\boxed{June 3}'],
    ['23', 'no solution', '\\boxed{\\text{No solution}}'],
    ['24', '\\emptyset', '\\boxed{\\varnothing}'],
  ])('deviation %s: %s is %s', (_, groundTruth, response) => {
    expect(verifyMath({ groundTruth, response }).correct).toBe(true);
  });

  it.each([
    ['19', '2', '\\boxed{3–5}'],
    ['19', '5', '\\boxed{−5}'],
    ['20', '3', '\\boxed{3e8}'],
    ['21', '0.3', '\\boxed{0.\\overline{3}}'],
    ['23', '\\text{June 3}', '\\boxed{June 13}'],
    ['23', 'no solution', '\\boxed{\\text{one solution}}'],
    ['23', '0', '\\boxed{\\text{none}}'],
  ])('deviation %s: %s is not %s', (_, groundTruth, response) => {
    expect(verifyMath({ groundTruth, response }).correct).toBe(false);
  });

  it('deviations 19 to 23 are not in compat', () => {
    for (const [truth, response] of [
      ['$\\frac{1}{3}$', '\\boxed{0.\\overline{3}}'],
      ['$0.001$', '\\boxed{1e-3}'],
      ['$x^2$', '\\boxed{x²}'],
    ] as const)
      expect(verifyMath({ groundTruth: truth, response, compat: 'v-triune' }).correct).toBe(false);
  });
});
