import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnMerges } from './learn-merges.ts';

/** The same rule, with every pair counted anew before each merge. */
function slowMerges(words: ReadonlyMap<string, number>, mergeCount: number): [string, string][] {
  let split = [...words].map(([text, count]) => ({ symbols: Array.from(text), count }));
  const merges: [string, string][] = [];
  while (new Set(merges.map((pair) => pair.join(''))).size < mergeCount) {
    const counts = new Map<string, number>();
    for (const { symbols, count } of split) {
      symbols.slice(1).forEach((right, i) => {
        const key = JSON.stringify([symbols[i], right]);
        counts.set(key, (counts.get(key) ?? 0) + count);
      });
    }
    const ranked = [...counts]
      .filter(([, count]) => count >= 2)
      .map(([key, count]) => ({ pair: JSON.parse(key) as [string, string], count }));
    ranked.sort((a, b) => b.count - a.count || (a.pair.join(' ') < b.pair.join(' ') ? -1 : 1));
    const best = ranked[0]?.pair;
    if (!best) break;
    merges.push(best);
    split = split.map(({ symbols, count }) => {
      const merged: string[] = [];
      for (const symbol of symbols) {
        const joins = symbol === best[1] && merged.at(-1) === best[0] && !merged.at(-1)?.endsWith('\0');
        if (joins) merged.splice(-1, 1, `${best.join('')}\0`);
        else merged.push(symbol);
      }
      return { symbols: merged.map((symbol) => symbol.replace('\0', '')), count };
    });
  }
  return merges;
}

describe('learnMerges', () => {
  it('merges the most frequent pair first, and equal ones in text order', () => {
    const words = new Map([
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ]);
    expect(learnMerges(words, 4)).toEqual([
      ['e', 's'],
      ['es', 't'],
      ['l', 'o'],
      ['lo', 'w'],
    ]);
  });

  it('stops where no pair occurs twice', () => {
    expect(learnMerges(new Map([['abc', 1]]), 5)).toEqual([]);
  });

  it('agrees with counting everything anew', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.integer({ min: 1, max: 4 })), { maxLength: 8 }), (entries) => {
        const words = new Map(entries);
        expect(learnMerges(words, 10)).toEqual(slowMerges(words, 10));
      }),
    );
  });
});
