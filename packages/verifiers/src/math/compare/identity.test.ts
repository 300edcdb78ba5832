import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from '../numbers/budget.ts';
import { proportional, sameValue } from './identity.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}
function same(a: string, b: string): boolean {
  return sameValue(node(a), node(b));
}

describe('sameValue', () => {
  it.each([
    ['(x+1)^2', 'x^2+2x+1'],
    ['\\sin^2 x+\\cos^2 x', '1'],
    ['\\sqrt{x^2}', '|x|'],
    ['\\ln(ab)-\\ln(a)', '\\ln(ab)-\\ln(a)+0'],
    ['\\sqrt{5+2\\sqrt{6}}', '\\sqrt{2}+\\sqrt{3}'],
    ['f(x)+1', '1+f(x)'],
    ['\\frac{x^2-1}{x-1}', 'x+1'],
  ])('%s = %s', (a, b) => {
    expect(same(a, b)).toBe(true);
    expect(same(b, a)).toBe(true);
  });

  it.each([
    ['\\sqrt{x^2}', 'x'],
    ['x', 'y'],
    ['\\pi', '\\frac{355}{113}'],
    ['f(x)', 'f(y)'],
    ['e^{-1000}', 'e^{-1001}'],
    ['e^{\\pi\\sqrt{163}}', '262537412640768744'],
    ['0', '10^{-30}'],
    ['\\ln x^2', '2\\ln x'],
  ])('%s is not %s', (a, b) => {
    expect(same(a, b)).toBe(false);
    expect(same(b, a)).toBe(false);
  });

  const leaf = fc.oneof(fc.integer({ min: 1, max: 50 }).map(String), fc.constantFrom('x', 'y', '\\pi', 'a_1'));
  const expressions = (root: (inside: string) => string): fc.Arbitrary<string> =>
    fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}+${b})`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}-${b})`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}\\cdot ${b}`),
        fc.tuple(tie('expression'), leaf).map(([a, b]) => `\\frac{${a}}{${b}}`),
        tie('expression').map(root),
        tie('expression').map((a) => `\\sin(${a})`),
      ),
    })).expression;
  const expression = expressions((inside) => `\\sqrt{${inside}}`);
  const realExpression = expressions((inside) => `\\sqrt{(${inside})^2}`);

  it('is reflexive', () => {
    fc.assert(fc.property(expression, (text) => same(text, text)));
  });

  it('is symmetric', () => {
    fc.assert(fc.property(expression, expression, (a, b) => same(a, b) === same(b, a)));
  });

  it('does not mind a neutral element or the order of a sum', () => {
    fc.assert(fc.property(expression, expression, (a, b) => same(`${a}+${b}`, `${b}+${a}`)));
  });

  it('tells a sum from the same sum plus one', () => {
    // The sine of an imaginary number can be so large that one more is within its rounding error.
    fc.assert(fc.property(realExpression, (a) => !same(a, `${a}+1`)));
  });

  it('knows equal fractions', () => {
    const whole = fc.integer({ min: -1000, max: 1000 }).filter((n) => n !== 0);
    fc.assert(
      fc.property(
        whole,
        whole,
        whole,
        (a, b, k) => same(`\\frac{${a}}{${b}}`, `\\frac{${a * k}}{${b * k}}`) && same(`\\frac{${a}}{${b}}`, `${a}/${b}`),
      ),
    );
  });
});

describe('proportional', () => {
  const ratio = (a: string, b: string, positive = false): boolean => proportional(node(a), node(b), { positive, budget: createBudget() });

  it('finds a constant factor', () => {
    expect(ratio('2x-4', 'x-2')).toBe(true);
    expect(ratio('2-x', 'x-2')).toBe(true);
    expect(ratio('2-x', 'x-2', true)).toBe(false);
    expect(ratio('x^2-4', 'x-2')).toBe(false);
    expect(ratio('x', 'y')).toBe(false);
  });
});
