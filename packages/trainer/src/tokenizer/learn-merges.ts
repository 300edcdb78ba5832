// The learning half of byte-pair encoding: which two neighbors to join next. Pairs remember the words they occur in, so that a merge counts
// only those anew. Left out: a priority queue, which a vocabulary of a few thousand merges does not need.
import { at } from '@vtriune/format/at';

/** A word as the symbols it is made of so far, and how often it occurs. */
interface Word {
  symbols: string[];
  readonly count: number;
}

/** A pair of neighboring symbols, how often it occurs, and the words it was seen in. */
interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  readonly words: Set<Word>;
}

const FEWEST_OCCURRENCES = 2;

/**
 * Learns up to `mergeCount` merges from words (in the byte-level alphabet) and their counts: each time the most frequent pair of neighbors;
 * of equally frequent ones the first in order of UTF-16 code units, by the left symbol and then the right. Pairs that occur once are not merged.
 */
export function learnMerges(wordCounts: ReadonlyMap<string, number>, mergeCount: number): [string, string][] {
  const pairs = new Map<string, Pair>();
  for (const [text, count] of wordCounts) addPairs(pairs, { symbols: Array.from(text), count });
  const merges: [string, string][] = [];
  const known = new Set<string>();
  while (known.size < mergeCount) {
    const best = mostFrequent(pairs.values());
    if (!best) break;
    merges.push([best.left, best.right]);
    known.add(best.left + best.right);
    for (const word of [...best.words]) {
      removePairs(pairs, word);
      word.symbols = mergePair(word.symbols, best);
      addPairs(pairs, word);
    }
  }
  return merges;
}

function mostFrequent(pairs: Iterable<Pair>): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) {
    if (pair.count >= FEWEST_OCCURRENCES && (!best || comesFirst(pair, best))) best = pair;
  }
  return best;
}

function comesFirst(pair: Pair, other: Pair): boolean {
  if (pair.count !== other.count) return pair.count > other.count;
  return pair.left === other.left ? pair.right < other.right : pair.left < other.left;
}

function mergePair(symbols: readonly string[], { left, right }: Pair): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const symbol = at(symbols, i);
    const isPair = symbol === left && symbols[i + 1] === right;
    merged.push(isPair ? left + right : symbol);
    if (isPair) i++;
  }
  return merged;
}

function addPairs(pairs: Map<string, Pair>, word: Word): void {
  eachPair(word, (key, left, right) => {
    const pair = pairs.get(key) ?? { left, right, count: 0, words: new Set<Word>() };
    pair.count += word.count;
    pair.words.add(word);
    pairs.set(key, pair);
  });
}

function removePairs(pairs: Map<string, Pair>, word: Word): void {
  eachPair(word, (key) => {
    const pair = pairs.get(key);
    if (!pair) return;
    pair.count -= word.count;
    pair.words.delete(word);
    if (pair.count === 0) pairs.delete(key);
  });
}

/** A space cannot be a symbol of the byte-level alphabet, so it separates the two in the key. */
function eachPair({ symbols }: Word, visit: (key: string, left: string, right: string) => void): void {
  for (let i = 0; i + 1 < symbols.length; i++) {
    const left = at(symbols, i);
    const right = at(symbols, i + 1);
    visit(`${left} ${right}`, left, right);
  }
}
