import { describe, expect, it } from 'vitest';
import { dropUnits, dropUnitText, dropUnitWord } from './units.ts';

describe('units', () => {
  it.each([
    ['15\\text{ cm}^2', '15'],
    ['15\\mbox{ cm}{^2}', '15'],
    ['12 cm', '12'],
    ['12cm', '12'],
    ['3 sq m', '3'],
    ['\\frac{1}{2} hours', '\\frac{1}{2}'],
    ['5 \\text{ apples}', '5'],
    ['\\text{Evelyn}', '\\text{Evelyn}'],
    ['x', 'x'],
    ['\\frac{1}{\\text{e}}', '\\frac{1}{\\text{e}}'],
  ])('%s', (text, expected) => {
    expect(dropUnits(text)).toBe(expected);
  });

  it('drops one word or text at a time', () => {
    expect(dropUnitWord('5 km')).toBe('5');
    expect(dropUnitWord('akm')).toBe('akm');
    expect(dropUnitText('5\\text{ m}')).toBe('5');
  });

  it.each(['children ticket', 'integerpoint', 'cu . m', 'cm 2', '∏ cm ³', 'v â € ™', 'Surface', '° f', 'inches'])('knows %s', (unit) => {
    for (const text of [`5${unit}`, `5 ${unit} `, `5${unit}s`, `{5}${unit}es`]) expect(dropUnitWord(text).replace(/[{}]/g, '')).toBe('5');
    expect(dropUnitWord(`5${unit}?`)).toBe(`5${unit}?`);
  });
});
