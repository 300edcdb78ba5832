import { describe, expect, it } from 'vitest';
import { onlyNumberIn, parseNumber, saysNone } from './number.ts';

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
    ['1,23', 1.23],
    ['2 1/4', 2.25],
    ['2\\frac{1}{4}', 2.25],
    ['2½', 2.5],
    ['3 × 10^8', 3e8],
    ['6.02\\times10^{23}', 6.02e23],
    ['3×10⁸', 3e8],
    ['10^3', 1000],
    ['3.5 million', 3_500_000],
    ['3.5k', 3500],
    ["1'234.5", 1234.5],
    ['５', 5],
    ['十二', 12],
    ['一百零五', 105],
    ['两只', 2],
    ['a dozen', 12],
    ['two dozen', 24],
    ['half a dozen', 6],
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

  it.each([
    ['50cm', 50],
    ['15m²', 15],
    ['9.8 m/s^2', 9.8],
    ['4.7kΩ', 4.7],
    ['5 N·m', 5],
    ['50^\\circ', 50],
    ['20℃', 20],
    ['5th', 5],
    ['3 \\text{ cats}', 3],
    ['2 + 1 = 3', 3],
    ['12 (twelve)', 12],
    ['共5平方米。', 5],
    ['图中有五只猫', 5],
    ['There are one hundred cats', 100],
    ['about half a dozen eggs', 6],
    ['~50', 50],
  ])('a unit, a noun or a sentence may be around it: %s is %d', (text, value) => {
    expect(onlyNumberIn(text)?.value).toBe(value);
  });

  it.each([
    'There are 3 rows of 5x4 cats.',
    '2 groups of 3-4 people',
    '3–4',
    '10 to 12cm',
    'between 4 and 6th',
    '5 + x^2',
    '3 of 10⁶',
    '7 and 3/0',
    'room B12 has 3 chairs',
    '3小时20分',
    '1.2.3',
    'one or two',
  ])('%s has more than one, or is none', (text) => {
    expect(onlyNumberIn(text)).toBeUndefined();
  });
});

describe('saysNone', () => {
  it.each(['There are no cats in the image.', 'No cats.', 'None of them', 'It shows no dogs', '没有猫'])('%s says 0', (text) => {
    expect(saysNone(text)).toBe(true);
  });

  it.each(['No, there are cats', 'There are no fewer than 3', 'I do not know', 'nothing like that', 'a noble cat'])(
    '%s does not',
    (text) => {
      expect(saysNone(text)).toBe(false);
    },
  );
});
