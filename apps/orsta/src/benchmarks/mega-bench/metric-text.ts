/** MEGA-Bench's comparisons of texts. A metric takes what was answered (None where the field is missing) and what is right. */
import { distance } from './damerau-levenshtein.ts';
import { listItems } from './conversions.ts';
import { str, type PyValue } from '../python/value.ts';
import { verbatimBlock } from './code-block.ts';
import { transliterate } from './transliterate.ts';

const LETTER = /^\(?([A-Za-z])/;
const PUNCTUATION = /[ \-\n\t.]/g;

/** Equal texts; where a single letter is right, `(A) Paris` and `A. Paris` count as `A`. */
export function exact(response: PyValue, right: PyValue): number {
  const expected = str(right);
  const text = str(response);
  const letter = /^\p{L}$/u.test(expected) && [...text].length > 1;
  return Number((letter ? (LETTER.exec(text)?.[1] ?? text) : text) === expected);
}

/** Equal but for case, blanks, hyphens and full stops. */
export function simple(response: PyValue, right: PyValue): number {
  if (typeof right !== 'string') return 0;
  return exact(str(response).replace(PUNCTUATION, '').toLowerCase(), right.replace(PUNCTUATION, '').toLowerCase());
}

/** Equal but for case. */
export function exactIgnoringCase(response: PyValue, right: PyValue): number {
  return typeof response === 'string' && typeof right === 'string' ? exact(response.toLowerCase(), right.toLowerCase()) : 0;
}

/** Equal to what is in the code block of the right answer. */
export function codeResult(response: PyValue, right: PyValue): number {
  if (typeof right !== 'string') return 0;
  const text = right.trim() === '' || [...right].length > 10_000 ? right.trimEnd() : right;
  return exact(response, verbatimBlock(text, false).content);
}

/** One of several right phrases. */
export function oneOf(response: PyValue, right: PyValue): number {
  if (typeof right !== 'string') return 0;
  const phrases = listItems(right.replaceAll('，', ',')) ?? [];
  return Number(phrases.some((phrase) => simple(response, str(phrase)) === 1));
}

/** 1 minus the edits over the length of the longer text; a swap of two letters is one edit. */
export function similarity(response: PyValue, right: PyValue): number {
  if (typeof response !== 'string' || typeof right !== 'string') return 0;
  const longest = Math.max([...response].length, [...right].length);
  return longest === 0 ? 1 : 1 - distance(response, right) / longest;
}

const ALMOST = 0.9;

/** The same in ASCII, without articles and whatever the case; 0 below 0.9. */
export function near(response: PyValue, right: PyValue): number {
  if (typeof response !== 'string' || typeof right !== 'string') return 0;
  const [own, wanted] = [response, right].map((text) => transliterate(withoutArticles(text))) as [string, string];
  const score = similarity(own, wanted);
  return score >= ALMOST ? score : 0;
}

function withoutArticles(text: string): string {
  return text
    .split(' ')
    .filter((word) => !['the', 'a'].includes(word.toLowerCase()))
    .join(' ');
}
