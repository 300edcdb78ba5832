import { describe, expect, it } from 'vitest';
import { keyOf } from '../key.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { piecesOf } from './real-sets.ts';

function pieces(text: string): readonly string[] | null | undefined {
  const node = parseLatex(text);
  return node && piecesOf(node)?.map((piece) => keyOf({ kind: 'interval', ...piece }));
}

describe('piecesOf', () => {
  it.each([
    ['[0,1]\\cup[1,2]', ['[0 2]']],
    ['(0,1)\\cup(1,2)', ['(0 1)', '(1 2)']],
    ['(1,2)\\cup(0,1)\\cup\\{1\\}', ['(0 2)']],
    ['[0,2]\\cap(1,3)', ['(1 2]']],
    ['[0,2]\\setminus(0,1)', ['[0 0]', '[1 2]']],
    ['\\mathbb{R}\\setminus\\{2\\}', ['(mul(#infinity -1) 2)', '(2 #infinity)']],
    ['[0,1]\\cap[2,3]', []],
  ])('%s', (text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  it('does not order variables', () => {
    expect(pieces('(a,b)\\cup(c,3)')).toBeUndefined();
  });
});
