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

describe('scalars', () => {
  it.each([
    ['0.333333', '\\frac{1}{3}'],
    ['28\\%', '28'],
    ['28\\%', '0.28'],
    ['\\text{odd}', 'odd'],
    ['\\text{e}', 'e'],
    ['5.0', '5'],
    ['1.41421356', '\\sqrt{2}'],
    ['\\begin{pmatrix}2&4\\end{pmatrix}', '2\\begin{pmatrix}1&2\\end{pmatrix}'],
  ])('%s equals %s', (a, b) => {
    expect(equal(a, b)).toBe(true);
  });

  it.each([
    ['0.33', '\\frac{1}{3}'],
    ['5', '5.0000001'],
    ['28\\%', '29'],
    ['\\begin{pmatrix}1&2\\end{pmatrix}', '\\begin{pmatrix}1\\\\2\\end{pmatrix}'],
    ['\\text{odd}', 'even'],
  ])('%s differs from %s', (a, b) => {
    expect(equal(a, b)).toBe(false);
  });
});
