import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { ocr } from './ocr.ts';

describe('ocr', () => {
  it('pays by the asked metric', async () => {
    const truth = 'the quick brown fox';
    const answer = 'the quick brown box!';
    const paid = async (metric: string) => accuracy(ocr, { truth, parameters: { metric } }, answer);
    expect(await paid('exact')).toBe(0);
    expect(await paid('edit')).toBeCloseTo(1 - 2 / 20, 12);
    expect(await paid('cer')).toBeCloseTo(1 - 2 / 19, 12);
    expect(await paid('wer')).toBeCloseTo(0.75, 12);
    expect(await paid('anls')).toBeCloseTo(0.9, 12);
  });

  it('pays ANLS nothing below one half, and equal length does not make texts alike', async () => {
    expect(await accuracy(ocr, { truth: 'abcd', parameters: { metric: 'anls' } }, 'abxyz')).toBe(0);
    expect(await accuracy(ocr, { truth: 'abcd', parameters: { metric: 'edit' } }, 'wxyz')).toBe(0);
  });

  it('counts characters, not the units they are stored in', async () => {
    expect(await accuracy(ocr, { truth: '🙂🙂', parameters: { metric: 'cer' } }, '🙂🙃')).toBe(0.5);
    expect(await accuracy(ocr, { truth: '🙂a', parameters: { metric: 'edit' } }, '🙂')).toBe(0.5);
  });

  it('takes markup off both sides, and a gold answer of several lines can be written', async () => {
    for (const truth of ['$5.00', '**SALE**', '$x$', '50%', 'line one\nline two', 'The answer is: 5', '$$']) {
      const input = { groundTruth: truth, parameters: {}, split: 'train', images: [] } as const;
      const response = ocr.gold?.(input) ?? '';
      expect((await ocr.verify({ ...input, response })).accuracy, truth).toBe(truth === '$$' ? 0 : 1);
    }
  });

  it('does not compare what is many times too long', async () => {
    expect(await accuracy(ocr, { truth: 'abc', parameters: { metric: 'edit' } }, 'abc'.repeat(100_000))).toBe(0);
    expect(await accuracy(ocr, { truth: 'a b', parameters: { metric: 'wer' } }, 'a b '.repeat(100_000))).toBe(0);
  });
});
