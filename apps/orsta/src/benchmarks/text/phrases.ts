/** How often each run of `order` words is in a text. */
export function phrases(words: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + order <= words.length; at++) {
    const phrase = words.slice(at, at + order).join('\0');
    counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  return counts;
}

/** How many runs of words two texts have in common, each counted as often as it is in both. */
export function commonPhrases(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [phrase, count] of a) common += Math.min(count, b.get(phrase) ?? 0);
  return common;
}
