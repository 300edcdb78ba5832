import { describe, expect, it } from 'vitest';
import { compareMath } from './compare-math.ts';
import { parseLatex } from './parse-latex.ts';
import { symbol, type Node } from './ast.ts';

const node = (text: string): Node => parseLatex(text) ?? symbol('unreadable');
const equal = (a: string, b: string): boolean => compareMath(node(a), node(b));

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
});
