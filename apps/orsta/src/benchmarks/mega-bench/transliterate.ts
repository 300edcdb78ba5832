/**
 * A text in ASCII, as Python's Unidecode 1.3.8 writes it, in lower case: `Zoë` is `zoe`, `Пётр` is `piotr`. Both packages have the tables of Text::Unidecode, the one
 * here an older edition: `NEWER` has what differs in living scripts. Some 1,300 rare signs remain that differ, such as currencies and letters for phonetics.
 */
import { createRequire } from 'node:module';

// The package has no types.
const unidecode = createRequire(import.meta.url)('unidecode') as (text: string) => string;

const NEWER: Readonly<Record<string, string>> = {
  '¼': ' 1/4', '½': ' 1/2', '¾': ' 3/4', '№': 'no. ', '™': '(tm)', Є: 'ie', Ъ: "'", ъ: "'",
  し: 'shi', ち: 'chi', っ: 'tsu', つ: 'tsu', シ: 'shi', チ: 'chi', ッ: 'tsu', ツ: 'tsu', '・': '*', ー: '-',
}; // prettier-ignore
const CONTROL = /[\u0080-\u009f]/;

/** The text in lower-case ASCII; what has no letters there is left out. */
export function transliterate(text: string): string {
  return [...text].map(asciiOf).join('').toLowerCase();
}

function asciiOf(character: string): string {
  if (character < '\u0080') return character;
  if (CONTROL.test(character)) return '';
  // The older tables have `[?]` for what they do not know, and a backslash before some signs.
  return NEWER[character] ?? unidecode(character).replaceAll('[?]', '').replace(/\\(.)/g, '$1');
}
