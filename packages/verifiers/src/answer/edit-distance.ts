/**
 * Edit distances between short texts. Distances are bounded: a text more than `MAX_RATIO` times as long as the other cannot be
 * similar and is not compared.
 */
import { distance } from 'fastest-levenshtein';

const MAX_RATIO = 4;
const SLACK = 64;
const MAX_LENGTH = 20_000;

/** Levenshtein distance of two texts, at most the length of the longer one. */
export function editDistance(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long.length > MAX_LENGTH || long.length > MAX_RATIO * short.length + SLACK) return a === b ? 0 : long.length;
  return distance(a, b);
}

/** 1 - distance / length of the longer text, in [0, 1]; 1 for two empty texts. */
export function editSimilarity(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}

/** Levenshtein distance over words. */
export function wordDistance(a: readonly string[], b: readonly string[]): number {
  const codes = new Map<string, string>();
  const code = (word: string): string => {
    const known = codes.get(word);
    if (known !== undefined) return known;
    // One code unit a word, so that the distance of the coded texts is that of the words; 65,535 are enough for any answer.
    const fresh = String.fromCharCode(Math.min(codes.size + 1, 0xffff));
    codes.set(word, fresh);
    return fresh;
  };
  return editDistance(a.map(code).join(''), b.map(code).join(''));
}
