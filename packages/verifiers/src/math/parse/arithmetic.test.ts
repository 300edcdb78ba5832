import { describe, expect, it } from 'vitest';
import { parseArithmetic } from './arithmetic.ts';
import { exactValue } from '../numbers/exact.ts';
import { rationalKey } from '../numbers/rational.ts';

function value(text: string): string | null {
  const node = parseArithmetic(text);
  const exact = node && exactValue(node);
  return exact && rationalKey(exact);
}

describe('parseArithmetic', () => {
  it.each([
    ['1+2*3', '7'],
    ['(1+2)*3', '9'],
    ['2^3^2', '512'],
    ['-2^2', '-4'],
    ['10/4', '5/2'],
    ['1.5 × 2', '3'],
    ['6÷4', '3/2'],
    ['--5', '5'],
    ['2**3', '8'],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each(['', '1+', '(1', '1 000', '5(3)', '007+1', '1//2', '1,5', `${'('.repeat(500)}1${')'.repeat(500)}`])('refuses %s', (text) => {
    expect(parseArithmetic(text)).toBeNull();
  });
});
