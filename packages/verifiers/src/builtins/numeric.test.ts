import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { numeric } from './numeric.ts';

describe('numeric', () => {
  it('scores mean relative accuracy', async () => {
    const question = { truth: 10, parameters: { metric: 'mean_relative_accuracy' } };
    expect(await accuracy(numeric, question, '10')).toBe(1);
    expect(await accuracy(numeric, question, '12')).toBeCloseTo(0.6, 12);
    expect(await accuracy(numeric, question, '20')).toBe(0);
    expect(await accuracy(numeric, { truth: 0, parameters: question.parameters }, '0')).toBe(1);
    expect(await accuracy(numeric, { truth: 0, parameters: question.parameters }, '1')).toBe(0);
  });

  it.each([
    ['\\boxed{12.5\\text{ cm}}', 1],
    ['<answer>12.5 cm</answer>', 1],
    ['The length is $12.5$ cm.', 1],
    ['x ≈ 12.5', 1],
    ['\\(12.5\\)', 1],
    ['<answer>between 12.5 and 13</answer>', 0],
    ['\\boxed{12.5, 13}', 0],
  ])('takes a unit and markup, but no second number: %s', async (response, expected) => {
    expect(await accuracy(numeric, { truth: 12.5 }, response)).toBe(expected);
  });

  it('is exact without a tolerance, up to binary rounding', async () => {
    expect(await accuracy(numeric, { truth: 0.3 }, String(0.1 + 0.2))).toBe(1);
    expect(await accuracy(numeric, { truth: 0.3 }, '0.30001')).toBe(0);
    expect(await accuracy(numeric, { truth: 100, parameters: { absolute_tolerance: 2 } }, '102')).toBe(1);
    expect(await accuracy(numeric, { truth: 100, parameters: { absolute_tolerance: 2 } }, '102.1')).toBe(0);
    expect(await accuracy(numeric, { truth: '0.12' }, '12%')).toBe(1);
  });
});
