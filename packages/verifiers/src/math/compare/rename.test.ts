import { describe, expect, it } from 'vitest';
import { keyOf } from '../key.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { renameVariables } from './rename.ts';

describe('renameVariables', () => {
  it.each([
    ['x+y', "add('a 'y)"],
    ['f(x)', "f?('a)"],
    ['(x,2,3)', "tuple('a 2 3)"],
    ['x<3', "<('a 3)"],
    ['\\sum_{x=1}^{3} x', "sum x('x 1 3)"],
  ])('%s', (text, expected) => {
    const node = parseLatex(text);
    expect(node && keyOf(renameVariables(node, new Map([['x', 'a']])))).toBe(expected);
  });
});
