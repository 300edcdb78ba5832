/** A regular expression's source that matches any of these texts as they are written, the longest first; nothing where there are none. */
export function escapeAlternatives(texts: readonly string[]): string {
  if (texts.length === 0) return '(?!)';
  const longestFirst = texts.toSorted((a, b) => b.length - a.length);
  return longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join('|');
}
