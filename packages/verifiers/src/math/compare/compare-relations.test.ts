import { describe, expect, it } from 'vitest';
import { compareMath } from './compare-math.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}
function equal(a: string, b: string): boolean {
  return compareMath(node(a), node(b));
}

describe('relations', () => {
  it.each([
    ['x=5', '5'],
    ['5', 'x=5'],
    ['x=1+1=2', '2'],
    ['2x+4y=3', 'y=\\frac{3-2x}{4}'],
    ['x<1', '1>x'],
    ['x<1', '-x>-1'],
    ['2x>4', 'x>2'],
    ['1<x<3', '3>x>1'],
    ['a=1,b=2', '1,2'],
    ['(p,q)=(3,2)', '(3,2)'],
  ])('%s equals %s', (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  it.each([
    ['x=5', 'y=5'],
    ['2x+z=1', '1'],
    ['x<1', 'x>1'],
    ['x<1', 'x\\le 1'],
    ['x>2', '-x>2'],
    ['1<x<3', '1<x<4'],
    ['x=5', '6'],
  ])('%s differs from %s', (a, b) => {
    expect(equal(a, b)).toBe(false);
  });
});
