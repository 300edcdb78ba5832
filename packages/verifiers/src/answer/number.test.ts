import { describe, expect, it } from 'vitest';
import { onlyNumberIn, parseNumber } from './number.ts';

describe('parseNumber', () => {
  it.each([
    ['7', 7],
    ['-3.5', -3.5],
    ['−3', -3],
    ['.5', 0.5],
    ['1,234.5', 1234.5],
    ['1{,}000', 1000],
    ['$ 12', 12],
    ['10 000', 10_000],
    ['1\u202f234\u202f567', 1_234_567],
    ['12\\,500', 12_500],
    ['1e3', 1000],
    ['3/4', 0.75],
    ['-\\frac{1}{4}', -0.25],
    ['7.', 7],
    ['seven', 7],
    ['Twenty-One', 21],
    ['one hundred and five', 105],
    ['two thousand three hundred forty-two', 2342],
    ['minus four', -4],
    ['zero', 0],
  ])('%s is %d', (text, value) => {
    expect(parseNumber(text)).toEqual({ value, percent: false });
  });

  it('keeps a percent sign', () => {
    expect(parseNumber('12 %')).toEqual({ value: 12, percent: true });
  });

  it.each([
    '',
    '.',
    '-',
    '7 cats',
    '1,23',
    '1.2.3',
    '1/0',
    '5 6',
    'seven eight',
    'five hundred thousand hundred',
    'ten five',
    'constructor',
    '1'.repeat(400),
    '0x10',
    'Infinity',
    '1e9999',
  ])('%s is none', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

describe('onlyNumberIn', () => {
  it('finds the one number of a sentence, and none where there are two', () => {
    expect(onlyNumberIn('There are 7 cats.')?.value).toBe(7);
    expect(onlyNumberIn('I count seven (7).')?.value).toBe(7);
    expect(onlyNumberIn('between 6 and 8')).toBeUndefined();
    expect(onlyNumberIn('no idea')).toBeUndefined();
    expect(onlyNumberIn('There are $7$ cats.')?.value).toBe(7);
    expect(onlyNumberIn('I see \\(7\\) cats')?.value).toBe(7);
    expect(onlyNumberIn('10 000 cats')?.value).toBe(10_000);
  });
});
