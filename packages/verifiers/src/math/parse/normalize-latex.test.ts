import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './normalize-latex.ts';

function normal(text: string): string {
  return normalizeLatex(text, DEFAULT_NORMALIZATION);
}

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

  it('knows by sight what no rule changes', () => {
    const part = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    const digits = fc.stringMatching(/^-?[0-9]{1,20}(?:\.[0-9]{1,20})?$/);
    const plain = fc.oneof(
      fc.constantFrom('0.5', '-0.5', '00.5', '0.50', '2', '42', '.5'),
      digits,
      fc.tuple(part, part).map(([top, bottom]) => `\\frac{${top}}{${bottom}}`),
    );
    // A space in front is dropped with the units, but hides the text from the short way.
    fc.assert(
      fc.property(plain, (text) => {
        expect(normal(text)).toBe(normal(` ${text}`));
      }),
    );
  });

  it('finds every rewritten word, whatever stands around it', () => {
    const piece = fc.constantFrom(
      'and',
      'or',
      ',',
      ' ',
      '\n',
      '{',
      '}',
      '.',
      '~=',
      'inf',
      'infinity',
      'percent',
      'pct',
      '\\text{',
      '\\',
      'x',
      '1',
    );
    // What is behind the bar has all of the text looked at.
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const rules = { ...DEFAULT_NORMALIZATION, units: false, malformed: false };
        expect(normalizeLatex(text, rules)).toBe(normalizeLatex(`${text}|~=`, rules).replace('|\\approx', '').trim());
      }),
    );
  });
});
