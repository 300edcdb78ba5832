import { describe, expect, it } from 'vitest';
import { keyOf } from '../key.ts';
import { parseLatex } from './parse-latex.ts';

function key(text: string): string | null {
  const node = parseLatex(text);
  return node && keyOf(node);
}

describe('expressions', () => {
  it.each([
    ['1/2x', '\\frac{1}{2x}'],
    ['2\\cdot3+4', '4+3\\cdot2'],
    ['a-b-c', 'a+-b+-c'],
    ['3 \\frac{1}{2}', '\\frac{7}{2}'],
    ['-3 \\frac{1}{2}', '-\\frac{7}{2}'],
    ['3 1\\frac{1}{2}', '\\frac{9}{2}'],
    ['12\\,345', '12345'],
    ['1\\,234\\,567', '1234567'],
    ['\\lgroup x\\rgroup', 'x'],
    ['\\vert x\\vert', '|x|'],
    ['{5 \\choose 2}', '\\binom{5}{2}'],
    ['\\begin{bmatrix}1&2\\\\3&4\\\\\\end{bmatrix}', '\\begin{matrix}1&2\\\\3&4\\end{matrix}'],
    ['||x||y||', '|(|x||y|)|'],
  ])('%s is %s', (a, b) => {
    expect(key(a)).not.toBeNull();
    expect(key(a)).toBe(key(b));
  });

  it.each(['(', ')', '()', '1+', '\\frac{}{2}', '\\frac{d}{dx}', '(1+2]', '\\begin{matrix}1&2\\\\3\\end{matrix}', '2^', '||x|'])(
    'refuses %s',
    (text) => {
      expect(parseLatex(text)).toBeNull();
    },
  );

  it('multiplies a number with a parenthesis', () => {
    expect(key('4(3)')).toBe('mul(3 4)');
  });

  it('gives up on deep nesting', () => {
    expect(parseLatex(`${'('.repeat(1000)}1${')'.repeat(1000)}`)).toBeNull();
    expect(parseLatex('|'.repeat(399))).toBeNull();
  });
});
