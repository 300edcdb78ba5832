import { distance } from 'fastest-levenshtein';

const SURROGATE = /[\ud800-\udfff]/;

/** Levenshtein distance of two texts by code points, as in Python, where a sign beyond 16 bits is one letter. */
export function editDistance(a: string, b: string): number {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return distance(a, b);
  const units = new Map<string, string>();
  const oneUnitEach = (text: string): string =>
    Array.from(text, (letter) => {
      const unit = units.get(letter) ?? String.fromCharCode(units.size);
      units.set(letter, unit);
      return unit;
    }).join('');
  return distance(oneUnitEach(a), oneUnitEach(b));
}
