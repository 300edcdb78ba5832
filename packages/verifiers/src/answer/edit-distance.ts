/**
 * Edit distances between short texts, in characters (code points). Distances are bounded: a text more than `MAX_RATIO` times as long
 * as the other cannot be similar and is not compared.
 */
import { distance } from 'fastest-levenshtein';

const MAX_RATIO = 4;
const SLACK = 64;
const MAX_LENGTH = 20_000;

const ASTRAL = /[\ud800-\udfff]/;

/** Levenshtein distance of two texts, at most the length of the longer one, and that length. */
export function editDistance(a: string, b: string): { readonly distance: number; readonly longer: number } {
  if (ASTRAL.test(a) || ASTRAL.test(b)) return distanceOf([...a], [...b]);
  return { distance: unitDistance(a, b), longer: Math.max(a.length, b.length) };
}

/** Levenshtein distance over words. */
export function wordDistance(a: readonly string[], b: readonly string[]): number {
  return distanceOf(a, b).distance;
}

function unitDistance(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long.length > MAX_LENGTH || long.length > MAX_RATIO * short.length + SLACK) return a === b ? 0 : long.length;
  return distance(a, b);
}

function distanceOf(a: readonly string[], b: readonly string[]): { readonly distance: number; readonly longer: number } {
  const codes = new Map<string, string>();
  const code = (item: string): string => {
    const known = codes.get(item);
    if (known !== undefined) return known;
    // One code unit an item, so that the distance of the coded texts is that of the items; 65,535 are enough for any answer.
    const fresh = String.fromCharCode(Math.min(codes.size + 1, 0xffff));
    codes.set(item, fresh);
    return fresh;
  };
  return { distance: unitDistance(a.map(code).join(''), b.map(code).join('')), longer: Math.max(a.length, b.length) };
}
