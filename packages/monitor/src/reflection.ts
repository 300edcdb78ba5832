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

// One pass over the text in place of fifteen. It finds no other words than those of the list, and "re-evaluation", which is none of them.
const WORD = /re-?(?:check|evaluat(?:e|ion)|examine|think)|(?:check|think|try) again|verify|wait|yet/gi;
const PLACES = new Map(REFLECTION_WORDS.map((word, place) => [word, place]));

/**
 * The reflection words in a text, as a bit for each word in the order of the list: case-insensitive substrings, as the reference counts them
 * ("await" holds "wait").
 */
export function reflectionWordsIn(text: string): number {
  let found = 0;
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const place = PLACES.get(match[0].toLowerCase());
    if (place !== undefined) found |= 1 << place;
    // Words may overlap: "recheck again" has two.
    WORD.lastIndex = match.index + 1;
  }
  return found;
}
