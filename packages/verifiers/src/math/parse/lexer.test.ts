import { describe, expect, it } from 'vitest';
import { MAX_MATH_LENGTH, tokenize } from './lexer.ts';

function types(text: string): string | undefined {
  return tokenize(text)
    ?.map((token) => `${token.type}:${token.text}`)
    .join(' ');
}

describe('tokenize', () => {
  it.each([
    ['\\frac{1}{2}', 'frac:frac {:{ number:1 }:} {:{ number:2 }:}'],
    ['\\quadx_{2}', 'letter:x _:_ {:{ number:2 }:}'],
    ['28 \\%', 'percent:28'],
    ['2.5E-3', 'scientific:2.5E-3'],
    ['90^\\circ', 'number:90 degree:\\circ'],
    ['90^{ \\circ }', 'number:90 degree:\\circ'],
    ['x dx', 'letter:x differential:x'],
    ['d\\cdot 2', 'letter:d *:* number:2'],
    ['\\text{ (A) }', 'accent:A'],
    ['\\mathbb{R}', 'set:R'],
    ['a<=b', 'letter:a relation:<= letter:b'],
    ['\\begin{array}{cc}', 'begin:array'],
    ['.5', 'number:.5'],
    ['1...9', 'number:1 ellipsis:ldots number:9'],
  ])('%s', (text, expected) => {
    expect(types(text)).toBe(expected);
  });

  it.each(['@', '#', '\\zzz', '\\text{open', '5.', '~'])('refuses %s', (text) => {
    expect(tokenize(text)).toBeNull();
  });

  it('refuses texts over the limit', () => {
    expect(tokenize('1'.repeat(MAX_MATH_LENGTH))).not.toBeNull();
    expect(tokenize('1'.repeat(MAX_MATH_LENGTH + 1))).toBeNull();
  });
});
