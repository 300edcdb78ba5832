import { describe, expect, it } from 'vitest';
import { toMatrix } from './matrix.ts';
import { exactValue } from '../numbers/exact.ts';
import { parseLatex } from '../parse/parse-latex.ts';

function values(text: string): (number | null)[][] | undefined {
  const node = parseLatex(text);
  const rows = node && toMatrix(node);
  return rows?.map((row) => row.map((cell) => Number(exactValue(cell)?.num ?? Number.NaN)));
}
const A = '\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}';

describe('toMatrix', () => {
  it('adds, multiplies, transposes', () => {
    expect(values(`${A}+${A}`)).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(values(`${A}${A}`)).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(values(`2${A}`)).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(values(`${A}^T`)).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(values(`${A}-${A}`)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('refuses shapes that do not fit', () => {
    expect(values(`${A}+\\begin{pmatrix}1\\end{pmatrix}`)).toBeUndefined();
    expect(values('x+1')).toBeUndefined();
  });
});
