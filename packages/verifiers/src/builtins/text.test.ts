import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { text } from './text.ts';

describe('text', () => {
  it('takes any of several, exactly if asked', async () => {
    const cities = '["New York", "NYC"]';
    expect(await accuracy(text, { truth: cities }, 'nyc!')).toBe(1);
    expect(await accuracy(text, { truth: cities, parameters: { match: 'exact' } }, 'nyc!')).toBe(0);
    expect(await accuracy(text, { truth: cities, parameters: { match: 'exact' } }, '<answer>NYC</answer>')).toBe(1);
    expect(await accuracy(text, { truth: '<answer> 12 </answer>' }, '12')).toBe(1);
    expect(await accuracy(text, { truth: '...' }, '!!!')).toBe(0);
    expect(await accuracy(text, { truth: '$5$' }, '$5$')).toBe(1);
  });
});
