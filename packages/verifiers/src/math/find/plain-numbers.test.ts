import { describe, expect, it } from 'vitest';
import { createPlainReader } from './plain-numbers.ts';

function number(text: string): string | undefined {
  return createPlainReader(text).numberAt(0)?.text;
}
function arithmetic(text: string): string | undefined {
  return createPlainReader(text).arithmeticAt(0)?.text;
}

describe('plain numbers', () => {
  it.each([
    ['1,234.5', '1234.5'],
    ['1 234', '1234'],
    ['1,5', '1.5'],
    ['.5', '0.5'],
    [' -7 of', '-7'],
    ['$3.20', '3.20'],
    ['=12', '12'],
    ['007', '7'],
    ['0,111', '0.111'],
  ])('%s', (text, expected) => {
    expect(number(text)).toBe(expected);
  });

  it('needs something in front', () => {
    expect(createPlainReader('AZ2K').numberAt(2)).toBeNull();
    expect(createPlainReader('28 %').numberAt(0)?.percent).toBe(true);
  });

  it.each([
    ['(1+2)/3', '(1+2)/3'],
    ['1/2, so', '1/2'],
    ['3 + 4 apples', '3 + 4'],
  ])('arithmetic %s', (text, expected) => {
    expect(arithmetic(text)?.trim()).toBe(expected);
  });

  it('needs an operator', () => {
    expect(arithmetic('12 34')).toBeUndefined();
  });
});
