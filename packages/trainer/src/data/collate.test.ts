import { describe, expect, it } from 'vitest';
import { tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { collate, concatenate } from './collate.ts';
import { packRow } from './packed-row.ts';

const { config } = tinyModel();
const rows = [
  packRow(
    { tokenIds: [1, 8], images: [] },
    [
      { tokenIds: [9, 10, 11], trainFrom: 0 },
      { tokenIds: [12, 13], trainFrom: 0 },
    ],
    config,
  ),
  packRow({ tokenIds: [1, 14, 15], images: [] }, [{ tokenIds: [16], trainFrom: 0 }], config),
];

/** Ranges of the tokens, four numbers each. */
function rangesOf({ ranges }: { ranges: Int32Array }): number[][] {
  return Array.from({ length: ranges.length / 4 }, (_, t) => [...ranges.subarray(4 * t, 4 * t + 4)]);
}

describe('collate', () => {
  it('pads rows to the longest; a token sees its prefix and its own continuation, padding itself', () => {
    const padded = collate(rows, { paddingTokenId: 7, joined: false });
    expect([padded.batch, padded.time]).toEqual([2, 5]);
    expect([...padded.tokenIds]).toEqual([1, 8, 9, 10, 12, 1, 14, 15, 7, 7]);
    expect([...padded.positions[0]]).toEqual([0, 1, 2, 3, 2, 0, 1, 2, 0, 0]);
    expect(rangesOf(padded)).toEqual([
      [0, 0, 0, 1],
      [0, 0, 0, 2],
      [0, 2, 2, 3],
      [0, 2, 2, 4],
      [0, 2, 4, 5],
      [0, 0, 0, 1],
      [0, 0, 0, 2],
      [0, 0, 0, 3],
      [0, 0, 3, 4],
      [0, 0, 4, 5],
    ]);
  });

  it('joins rows without padding where it is asked to', () => {
    const joined = collate(rows, { paddingTokenId: 7, joined: true });
    expect([joined.batch, joined.time]).toEqual([1, 8]);
    expect([...joined.tokenIds]).toEqual([1, 8, 9, 10, 12, 1, 14, 15]);
    expect(rangesOf(joined).slice(4)).toEqual([
      [0, 2, 4, 5],
      [5, 5, 5, 6],
      [5, 5, 5, 7],
      [5, 5, 5, 8],
    ]);
  });

  it('names each predicting token once: the end of a prefix predicts the first token of every continuation', () => {
    const { predicting, predictedBy, targetIds } = collate(rows, { paddingTokenId: 7, joined: true });
    expect([...targetIds]).toEqual([9, 10, 11, 12, 13, 16]);
    expect([...predicting]).toEqual([1, 2, 3, 4, 7]);
    expect([...predictedBy]).toEqual([0, 1, 2, 0, 3, 4]);
  });

  it('keeps the images in the order of the rows', () => {
    const image = tinyImage(1);
    const row = packRow(tinyPrompt(1, { length: 2, image }), [{ tokenIds: [9], trainFrom: 0 }], config);
    expect(collate([...rows, row], { paddingTokenId: 7, joined: true }).images).toEqual([image]);
  });
});

describe('concatenate', () => {
  it('joins arrays end to end', () =>
    expect([...concatenate([Float32Array.of(1, 2), new Float32Array(), Float32Array.of(3)])]).toEqual([1, 2, 3]));
});
