import { describe, expect, it } from 'vitest';
import { exactValue, factorial, hasDecimal } from './exact.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { rationalKey } from './rational.ts';

function value(text: string): string | null {
  const node = parseLatex(text);
  const exact = node && exactValue(node);
  return exact && rationalKey(exact);
}

describe('exactValue', () => {
  it.each([
    ['2+3\\cdot 4', '14'],
    ['2^{-3}', '1/8'],
    ['\\sqrt{\\frac{9}{4}}', '3/2'],
    ['5!', '120'],
    ['\\binom{10}{3}', '120'],
    ['-7\\mod 3', '2'],
    ['\\gcd(12,18)', '6'],
    ['\\lcm(\\frac{1}{2},3)', '3'],
    ['\\lfloor -1.5\\rfloor', '-2'],
    ['\\log_2 32', '5'],
    ['\\sum_{k=1}^{100} k', '5050'],
    ['\\max(1,3,2)', '3'],
    ['12.5\\%', '1/8'],
    ['\\sqrt{2}', null],
    ['x', null],
    ['9^{9^{9}}', null],
    ['100000!', null],
    ['\\sum_{k=1}^{2000} k^{k}', null],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it('multiplies out factorials', () => {
    expect(factorial(20n)).toBe(2432902008176640000n);
    expect(factorial(0n)).toBe(1n);
    expect(factorial(-1n)).toBeNull();
  });

  it('notices decimals', () => {
    const has = (text: string): boolean => hasDecimal(parseLatex(text) ?? { kind: 'tuple', items: [] });
    expect([has('0.5x'), has('\\frac{1}{2}x')]).toEqual([true, false]);
  });
});
