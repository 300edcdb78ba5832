import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './normalize-latex.ts';
import { onlySymbols, parseLatex } from './parse-latex.ts';

function goldenTexts(): readonly string[] {
  const file = new URL('../../../test/fixtures/math/math-goldens.json', import.meta.url);
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: readonly (readonly [family: string, truth: string])[] };
  return [...new Set(rows.map(([, truth]) => normalizeLatex(truth, DEFAULT_NORMALIZATION)))];
}

describe('answers', () => {
  it.each([
    ['1,2,3', 'set'],
    ['1,234', 'number'],
    ['1,23', 'set'],
    ['\\{1,2\\}', 'set'],
    ['\\{\\}', 'namedSet'],
    ['(1,2)', 'interval'],
    ['(2,1)', 'tuple'],
    ['(1,2,3)', 'tuple'],
    ['[1,2)', 'interval'],
    ['(1,2),(3,4)', 'set'],
    ['1,2;3,4', 'set'],
    ['x=1', 'relation'],
    ['x \\in [1,2]', 'relation'],
    ['1<x<2', 'chain'],
    ['a=1,b=2', 'set'],
    ['\\pm 2', 'set'],
    ['(1,2) \\cup [3,4]', 'setOperation'],
    ['\\{1\\} \\subseteq \\{1,2\\}', 'statement'],
    ['x \\notin \\{1\\}', 'statement'],
    ['\\boxed{1,2}', 'set'],
    ['x \\approx 3', 'number'],
  ])('%s is a %s', (text, kind) => {
    expect(parseLatex(text)?.kind).toBe(kind);
  });

  it.each(['', '-[0,1)', '1,,2', 'x=', '=1', '{1,2'])('refuses %s', (text) => {
    expect(parseLatex(text)).toBeNull();
  });

  it('knows what a value can be assigned to', () => {
    const only = (text: string): boolean => {
      const node = parseLatex(text);
      return node !== null && onlySymbols(node);
    };
    expect([only('x'), only('AB'), only('f(x)'), only('\\frac{a}{b}'), only('|AB|')]).toEqual([true, true, true, true, true]);
    expect([only('2x'), only('x^2'), only('5')]).toEqual([false, false, false]);
  });

  // With a space behind it a text is left to the parser.
  it('reads plain numbers and fractions as the parser does', () => {
    const digits = fc.stringMatching(/^-?[0-9]{1,30}(?:\.[0-9]{1,30})?$/);
    const part = fc.stringMatching(/^-?(?:0|[0-9]{1,30})$/);
    const plain = fc.oneof(
      digits,
      fc.tuple(fc.constantFrom('', '-'), part, part).map(([sign, a, b]) => `${sign}\\frac{${a}}{${b}}`),
    );
    fc.assert(
      fc.property(plain, (text) => {
        expect(parseLatex(text)).not.toBeNull();
        expect(parseLatex(text)).toEqual(parseLatex(`${text} `));
      }),
      { examples: [['-0'], ['\\frac{1}{0}'], ['-\\frac{-4}{-6}'], ['-0.0'], ['-\\frac{0}{5}']] },
    );
  });

  it('reads each golden the same with a space behind it', () => {
    for (const text of goldenTexts()) expect(parseLatex(`${text} `)).toEqual(parseLatex(text));
  });
});
