import { describe, expect, it } from 'vitest';
import { parseLatex } from '../parse/parse-latex.ts';
import { relationDescribes, variablesOf } from './relation-set.ts';
import { symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}
function describesSet(relation: string, set: string): boolean {
  return relationDescribes(node(relation), node(set));
}

describe('relationDescribes', () => {
  it.each([
    ['1<x<4', '(1,4)'],
    ['x\\ge 2', '[2,\\infty)'],
    ['1\\le |z|\\le\\frac{3}{2}', '[-\\frac{3}{2},-1]\\cup[1,\\frac{3}{2}]'],
    ['0<f(x)<1', '(0,1)'],
    ['x^2<4', '(-2,2)'],
    ['x\\ne 0', '(-\\infty,0)\\cup(0,\\infty)'],
  ])('%s is %s', (relation, set) => {
    expect(describesSet(relation, set)).toBe(true);
  });

  it.each([
    ['1<x<4', '[1,4)'],
    ['1<x<4', '(1,5)'],
    ['x>2', '[2,\\infty)'],
    ['x<y', '(1,2)'],
    ['x^2<4', '(-\\infty,2)'],
  ])('%s is not %s', (relation, set) => {
    expect(describesSet(relation, set)).toBe(false);
  });

  it('counts an unknown function as one variable', () => {
    expect(variablesOf(node('f(x)+y')).size).toBe(2);
  });
});
