import { describe, expect, it } from 'vitest';
import { EXPRESSION_TARGET, extractMath, LATEX_TARGET, MAX_TEXT_LENGTH, readLatex } from './extract-math.ts';

function text(input: string): string | null {
  return extractMath(input).text;
}

describe('extractMath', () => {
  it.each([
    ['first $1$, then $2$.', '2'],
    ['so 3 and 4', '4'],
    ['\\boxed{7} and later 9', '7'],
    ['The answer is 5, not 6', '5'],
    ['$1$ and $2$', '1 and 2'],
    ['3x+y=4', '3x+y=4'],
  ])('%s', (input, expected) => {
    expect(text(input)).toBe(expected);
  });

  it('finds nothing in nothing', () => {
    expect(extractMath('')).toEqual({ values: [], text: null });
    expect(extractMath('no number here').values).toEqual([]);
  });

  it('puts boxes first if asked', () => {
    const boxedFirst = { targets: [{ ...LATEX_TARGET, boxedPriority: 0 }, EXPRESSION_TARGET] };
    expect(extractMath('the final answer is $2$ \\boxed{3}', boxedFirst).text).toBe('3');
    expect(extractMath('\\boxed{3}', { targets: [{ ...LATEX_TARGET, boxedPriority: -1 }] }).values).toEqual([]);
  });

  it('falls back to text that cannot be read', () => {
    expect(extractMath('$@#$').values).toEqual(['@#']);
  });

  it('reads the last side of a chain that cannot be read as a whole', () => {
    expect(readLatex('1 = \\zzz = x = 0')).toMatchObject({ kind: 'number' });
    expect(readLatex('a = \\zzz')).toBeNull();
  });

  it('looks at the end of a long text', () => {
    expect(text(`$1$ ${'x'.repeat(MAX_TEXT_LENGTH)} $2$`)).toBe('2');
  });
});
