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

describe('collections', () => {
  it.each([
    ['1,2,3', '3,2,1'],
    ['\\{1,2\\}', '(2,1)'],
    ['(1,2)', '1,2'],
    ['(1,2),(3,4)', '(3,4),(1,2)'],
    ['[1,2]', '[1.0,2]'],
    ['\\{3\\}', '3'],
    ['\\{1,1,2\\}', '1,2'],
  ])('%s equals %s', (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  it.each([
    ['(1,2,3)', '3,2,1'],
    ['(2,1)', '1,2'],
    ['[1,2]', '(1,2)'],
    ['1,2', '1,2,3'],
    ['1,2', '1,3'],
  ])('%s differs from %s', (a, b) => {
    expect(equal(a, b)).toBe(false);
  });
});
