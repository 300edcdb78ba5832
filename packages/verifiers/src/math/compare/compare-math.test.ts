import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from '../numbers/budget.ts';
import { compareMath } from './compare-math.ts';
import { sameScalar } from './compare-scalars.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { number, symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}
function equal(a: string, b: string): boolean {
  return compareMath(node(a), node(b));
}

describe('compareMath', () => {
  it.each([
    ['x\\in[1,2]', '[1,2]'],
    ['1\\le x\\le 2', '[1,2]'],
    ['\\emptyset', '\\{\\}'],
    ['f(x)=3x', '3x'],
  ])('%s equals %s', (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  it.each([
    ['x\\in[1,2]', '1\\le x\\le 2'],
    ['12:00', '12:00'],
    ['x', 'f(x)'],
  ])('%s differs from %s', (a, b) => {
    expect(equal(a, b)).toBe(false);
  });

  it('has options', () => {
    expect(compareMath(node('f(x)'), node('f(y)'), { strict: false })).toBe(true);
    expect(compareMath(node('x\\in[1,2]'), node('1\\le x\\le 2'), { relationForSet: true })).toBe(true);
    expect(compareMath(node('0.67'), node('\\frac{2}{3}'), { decimals: 2 })).toBe(true);
    expect(compareMath(node('0.67'), node('\\frac{2}{3}'))).toBe(false);
  });

  it('compares exact numbers as any two values', () => {
    const fraction = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 }));
    const value = fraction.map(([top, bottom, scale]) => number({ num: BigInt(top * scale), den: BigInt(bottom * scale) }));
    fc.assert(
      fc.property(value, value, fc.boolean(), (a, b, words) => {
        expect(compareMath(a, b, { words })).toBe(sameScalar(a, b, { decimals: 'digits', whereReal: false, budget: createBudget() }));
      }),
      { numRuns: 1000 },
    );
  });
});
