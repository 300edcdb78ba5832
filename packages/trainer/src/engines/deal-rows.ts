import type { PackedRow } from '../data/packed-row.ts';

/**
 * Deals rows to ranks so that each gets about the same number of tokens: longest first, always to the lightest rank.
 *
 * @returns for each rank the indexes of its rows, ascending
 */
export function dealRows(rows: readonly PackedRow[], ranks: number): number[][] {
  const hands = Array.from({ length: ranks }, () => ({ tokens: 0, indexes: [] as number[] }));
  const order = rows.map((row, index) => ({ index, tokens: row.tokenIds.length })).sort((a, b) => b.tokens - a.tokens || a.index - b.index);
  for (const { index, tokens } of order) {
    const lightest = hands.reduce((least, hand) => (hand.tokens < least.tokens ? hand : least));
    lightest.tokens += tokens;
    lightest.indexes.push(index);
  }
  return hands.map(({ indexes }) => indexes.sort((a, b) => a - b));
}
