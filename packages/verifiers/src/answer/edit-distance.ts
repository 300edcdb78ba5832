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
  return short.length <= EXACT ? distance(a, b) : piecewiseDistance(a, b);
}

/** Longer texts are compared in pieces: the exact distance takes quadratic time, 0.1 s for 10,000 characters. */
const EXACT = 4_000;
const ANCHOR = 24;
const ANCHORS = 40;

// Both texts are cut where they agree, near the middle. The sum over the pieces is at least the distance, and nearly always equal to it.
// Texts that agree nowhere are different as a whole.
function piecewiseDistance(a: string, b: string): number {
  if (Math.min(a.length, b.length) <= EXACT) return unitDistance(a, b);
  const middle = Math.floor(a.length / 2);
  const reach = Math.max(ANCHOR * 4, Math.floor(b.length / 8));
  for (let turn = 0; turn < ANCHORS; turn++) {
    const from = middle + (turn % 2 === 0 ? 1 : -1) * Math.ceil(turn / 2) * ANCHOR;
    const expected = Math.floor((from / a.length) * b.length);
    const near = b.slice(Math.max(0, expected - reach), expected + reach);
    const at = nearestTo(near, a.slice(from, from + ANCHOR), Math.min(reach, expected));
    if (at === undefined) continue;
    const cut = Math.max(0, expected - reach) + at;
    return piecewiseDistance(a.slice(0, from), b.slice(0, cut)) + piecewiseDistance(a.slice(from), b.slice(cut));
  }
  return Math.max(a.length, b.length);
}

// Repeated passages have the anchor several times; the one that shifts the texts least is taken.
function nearestTo(text: string, anchor: string, center: number): number | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(anchor); at >= 0; at = text.indexOf(anchor, at + 1)) {
    if (best === undefined || Math.abs(at - center) < Math.abs(best - center)) best = at;
  }
  return best;
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
