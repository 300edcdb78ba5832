import { describe, expect, it } from 'vitest';
import { countedIn, measuredIn, unitsDiffer } from './unit.ts';

describe('measuredIn', () => {
  it.each([
    ['5 cm', '5', 'cm'],
    ['5\\text{ cm}^2', '5', 'cm^2'],
    ['5 square centimeters', '5', 'cm^2'],
    ['9.8\\,\\mathrm{m/s^2}', '9.8', 'm s^-2'],
    ['9.8 m s^{-2}', '9.8', 'm s^-2'],
    ['15 m²', '15', 'm^2'],
    ['3 × 10^8 m/s', '3 × 10^8', 'm s^-1'],
    ['60 mph', '60', 'h^-1 mi'],
    ['60 miles per hour', '60', 'h^-1 mi'],
    ['20 degrees Celsius', '20', '°C'],
    ['45^\\circ', '45', '°'],
    ['4.7 kΩ', '4.7', 'kΩ'],
    ['\\$5', '5', '$'],
    ['5 dollars', '5', '$'],
    ['9 a.m.', '9', 'am'],
    ['The distance is 5 km.', 'The distance is 5', 'km'],
  ])('%s', (text, value, unit) => {
    expect(measuredIn(text)).toEqual({ value, unit });
  });

  it.each(['5', '5m', '2mg', '3kT', '2 m g', 'x + y', '5 cats', '25pi', '5%', ''])('%s has none', (text) => {
    expect(measuredIn(text)).toBeUndefined();
  });
});

it('counts things by their last noun', () => {
  expect(countedIn('5 red apples')).toEqual({ value: '5', unit: 'appl' });
  expect(countedIn('1 apple')?.unit).toBe('apple');
  for (const text of ['5 million', '0 times whatever', '5 percent', '5', 'five cats']) expect(countedIn(text)).toBeUndefined();
});

it('takes units for different only where both are known', () => {
  expect(unitsDiffer('m', 'cm')).toBe(true);
  expect(unitsDiffer('°C', '°F')).toBe(true);
  expect([unitsDiffer('m', 'm'), unitsDiffer('m', undefined), unitsDiffer('°', '°C')]).toEqual([false, false, false]);
});
