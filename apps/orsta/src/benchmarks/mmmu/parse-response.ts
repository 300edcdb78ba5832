/**
 * How MMMU's authors read a response (MMMU-Benchmark/MMMU, `eval_utils.py`): a choice by its letter in brackets, then as a word of its own, then
 * by its text in answers of more than five words, and by chance where nothing is found; the last one mentioned counts. Open answers are the key
 * parts of the response and the numbers in them.
 */
import type { PythonRandom } from '../python/random.ts';
import { parseFloatText, round } from '../python/float.ts';
import { after, strip, words } from '../text/python-text.ts';

/** The letter that a response chooses among options `A`, `B`, ...; `random` says that it was drawn. */
export function parseChoice(response: string, options: readonly string[], random: PythonRandom): { letter: string; random: boolean } {
  const letters = lettersOf(options);
  const stripped = [',', '.', '!', '?', ';', ':', "'"].reduce(strip, response);
  const text = ` ${stripped} `;
  const bracketed = mentioned(letters, (letter) => text.lastIndexOf(`(${letter})`));
  const alone = bracketed ?? mentioned(letters, (letter) => text.lastIndexOf(` ${letter} `));
  if (alone !== undefined) return { letter: alone, random: false };
  const lower = text.toLowerCase();
  const named =
    words(text).length > 5 ? mentioned(letters, (_, index) => lower.lastIndexOf((options[index] ?? '').toLowerCase())) : undefined;
  return named === undefined ? { letter: random.choice(letters), random: true } : { letter: named, random: false };
}

/** `A`, `B`, ... for so many options. */
export function lettersOf(options: readonly string[]): string[] {
  return options.map((_, index) => String.fromCharCode(65 + index));
}

/** The letter with the last place; undefined where none has a place. */
function mentioned(letters: readonly string[], placeOf: (letter: string, index: number) => number): string | undefined {
  let best: { letter: string; place: number } | undefined;
  letters.forEach((letter, index) => {
    const place = placeOf(letter, index);
    if (place >= 0 && (best === undefined || place > best.place)) best = { letter, place };
  });
  return best?.letter;
}

const INDICATORS = ['could be ', 'so ', 'is ', 'thus ', 'therefore ', 'final ', 'answer ', 'result '];
const TRIVIAL: ReadonlySet<string> = new Set([':', ',', '.', '!', '?', ';', "'"]);
// Python's `\w` and `\b` know the letters of all scripts.
const WORD = '[\\p{L}\\p{N}_]';
const WITH_COMMAS = new RegExp(`-?(?<!${WORD})\\p{Nd}{1,3}(?:,\\p{Nd}{3})+(?!${WORD})`, 'gu');
const SCIENTIFIC = /-?\p{Nd}+(?:\.\p{Nd}+)?[eE][+-]?\p{Nd}+/gu;
const SIMPLE = new RegExp(`-?(?:\\p{Nd}+\\.\\p{Nd}+|\\.\\p{Nd}+|\\p{Nd}+(?!${WORD}))(?![eE][+-]?\\p{Nd}+)(?![,\\p{Nd}])`, 'gu');

/** The texts and numbers that an open response may mean. */
export function parseOpen(response: string): (string | number)[] {
  const keys = keyParts(response);
  const numbers = keys.flatMap((key) => [WITH_COMMAS, SCIENTIFIC, SIMPLE].flatMap((pattern) => key.match(pattern) ?? []));
  return [...new Set([...keys, ...numbers].flatMap(normalize))];
}

function keyParts(response: string): string[] {
  const lower = strip(response.trim(), '.').toLowerCase();
  const lines = lower.split('\n');
  const keys = lines.flatMap((line, index) => {
    const indicators = index === lines.length - 1 ? [...INDICATORS, '='] : INDICATORS;
    const tails = indicators.filter((indicator) => line.includes(indicator)).map((indicator) => after(line, indicator).trim());
    const key = shortest(tails);
    return key === undefined || TRIVIAL.has(key) ? [] : [key];
  });
  return keys.length === 0 ? [lower] : keys;
}

/** The first of the shortest. An empty one yields to whatever comes next. */
function shortest(tails: readonly string[]): string | undefined {
  let best = '';
  for (const tail of tails) if (best === '' || tail.length < best.length) best = tail;
  return best === '' ? undefined : best;
}

/** A number to two decimals, or the text in lower case; a single letter must have a blank beside it to be found. */
export function normalize(text: string): (string | number)[] {
  const trimmed = text.trim();
  const number = parseFloatText(trimmed.replaceAll(',', ''));
  if (number !== undefined) return [round(number, 2)];
  const lower = trimmed.toLowerCase();
  return [...lower].length === 1 ? [` ${lower}`, `${lower} `] : [lower];
}

/** Whether one of the parsed readings is one of the answers: an equal number, or a text that has the answer in it. */
export function openIsRight(readings: readonly (string | number)[], answers: readonly string[]): boolean {
  const gold = answers.flatMap(normalize);
  return readings.some((reading) =>
    typeof reading === 'string'
      ? gold.some((answer) => typeof answer === 'string' && reading.includes(answer))
      : gold.includes(reading) && !Number.isNaN(reading),
  );
}
