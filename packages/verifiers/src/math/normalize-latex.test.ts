import { describe, expect, it } from 'vitest';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './normalize-latex.ts';

const normal = (text: string): string => normalizeLatex(text, DEFAULT_NORMALIZATION);

describe('normalizeLatex', () => {
  it.each([
    ['\\left( \\dfrac{1}{2} \\right)', '( \\frac{1}{2} )'],
    ['14{,}916', '14,916'],
    ['11,\\! 111', '11,111'],
    ['1 and 2', '1, 2'],
    ['x \\text{ or } y', 'x, y'],
    ['x and y', 'x , y'],
    ['28 percent', '28\\%'],
    ['28 percentage', '28\\%'],
    ['infinity', '\\infty'],
    ['\\$5', '5'],
    ["f'(x)", 'f(x)'],
    ['.5', '\\frac{1}{2}'],
    ['\\\\frac{1}{2}', '\\frac{1}{2}'],
    ['(n)_{k}', '\\frac{(n)!}{((n)-(k))!}'],
    ['\\mathrm{North}', '\\text{North}'],
    ['a ~= b', 'a \\approx b'],
  ])('%s', (text, expected) => {
    expect(normal(text)).toBe(expected);
  });

  it('leaves words alone that only contain others', () => {
    expect(normal('\\text{sandy}')).toBe('\\text{sandy}');
    expect(normal('\\text{for}')).toBe('\\text{for}');
  });

  it('cuts what is no formula', () => {
    expect(normal('x '.repeat(50_000)).length).toBeLessThanOrEqual(8_000);
  });
});
