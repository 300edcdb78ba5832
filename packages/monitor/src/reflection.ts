/** The words whose use the paper follows as a sign of reflection (V-Triune's list, section 3.3), in its order. */
export const REFLECTION_WORDS: readonly string[] = [
  're-check',
  're-evaluate',
  're-examine',
  're-think',
  'recheck',
  'reevaluate',
  'reexamine',
  'reevaluation',
  'rethink',
  'check again',
  'think again',
  'try again',
  'verify',
  'wait',
  'yet',
];

/** The reflection words in a text: case-insensitive substrings, as the reference counts them ("await" holds "wait"). */
export function reflectionWordsIn(text: string): string[] {
  const lower = text.toLowerCase();
  return REFLECTION_WORDS.filter((word) => lower.includes(word));
}
