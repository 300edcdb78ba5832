import { describe, expect, it } from 'vitest';
import { keyOf } from '../key.ts';
import { parseLatex } from './parse-latex.ts';

function key(text: string): string | null {
  const node = parseLatex(text);
  return node && keyOf(node);
}

describe('atoms', () => {
  it.each([
    ['x_{1}', "'x_1"],
    ['x^2_1', "pow('x_1 2)"],
    ['x_{i,j}', "'x_{i,j}"],
    ['\\text{North}', "'north"],
    ['\\overline{AB}', "'bar{ab}"],
    ['\\pi', '#pi'],
    ['e', '#e'],
    ['E', "'e"],
    ['I', '#i'],
    ['204_5', '204'],
    ['28\\%', 'percent(28)'],
    ['\\infty', '#infinity'],
    ['10^-3', 'pow(10 -3)'],
  ])('%s', (text, expected) => {
    expect(key(text)).toBe(expected);
  });
});
