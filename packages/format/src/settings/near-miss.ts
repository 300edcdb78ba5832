import { distance } from 'fastest-levenshtein';

/**
 * The candidate that `name` is probably a misspelling of, or undefined. At most a third of the letters of the longer name may differ,
 * rounded up, so that `siute` finds `suite` and `verifer` finds `verifier`. The case of letters does not count.
 */
export function nearMiss(name: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.ceil(Math.max(name.length, candidate.length) / 3);
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}
