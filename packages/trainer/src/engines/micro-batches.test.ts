import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedRow } from '../data/packed-row.ts';
import { microBatches } from './micro-batches.ts';

function padded(tokens: number): Parameters<typeof microBatches>[1] {
  return { tokens, joined: false };
}

function rowsOf(lengths: readonly number[]): PackedRow[] {
  return lengths.map((length) => ({
    tokenIds: Array.from({ length }, () => 1),
    temporal: [],
    height: [],
    width: [],
    segments: [],
    targets: [],
    sequences: 0,
    images: [],
  }));
}

function paddedTokens(lengths: readonly number[], parts: readonly (readonly number[])[]): number {
  return parts.reduce((sum, part) => sum + part.length * Math.max(...part.map((index) => lengths[index]!)), 0);
}

describe('microBatches', () => {
  it('puts rows of one length together, the longest first', () => {
    expect(microBatches(rowsOf([10, 40, 12, 38]), padded(80))).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });
  it('counts tokens alone where rows are joined', () => {
    expect(microBatches(rowsOf([10, 40, 12, 38]), { tokens: 60, joined: true })).toEqual([[1], [3, 2, 0]]);
  });
  it('gives a row that is longer than the budget a micro-batch of its own', () => {
    expect(microBatches(rowsOf([5, 100, 5]), padded(20))).toEqual([[1], [0, 2]]);
  });
  it('holds every row once, within the budget, and pads at most as much as in the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }), fc.integer({ min: 1, max: 300 }), (lengths, tokens) => {
        const parts = microBatches(rowsOf(lengths), padded(tokens));
        expect(parts.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index));
        for (const part of parts) if (part.length > 1) expect(paddedTokens(lengths, [part])).toBeLessThanOrEqual(tokens);
        expect(microBatches(rowsOf(lengths), padded(tokens))).toEqual(parts);
      }),
    );
  });
  it('leaves little padding where lengths differ much', () => {
    const lengths = Array.from({ length: 32 }, (_, index) => 60 + ((index * 97) % 186));
    const real = lengths.reduce((sum, length) => sum + length, 0);
    expect(paddedTokens(lengths, microBatches(rowsOf(lengths), padded(1024))) / real).toBeLessThan(1.1);
  });
});
