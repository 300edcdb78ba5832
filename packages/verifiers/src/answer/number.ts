/**
 * Numbers in short answers: digits with thousands separators, decimals, exponents, fractions, currency and percent signs,
 * and English number words up to the millions. A text is a number or it is not; nothing is searched inside longer texts
 * but by `onlyNumberIn`.
 */

/** A number as written; `percent` tells that a percent sign followed. */
export interface WrittenNumber {
  readonly value: number;
  readonly percent: boolean;
}

const MAX_LENGTH = 64;
const PLAIN = /^([+-]?)[$€£¥]? ?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d{1,3})?( ?%)?$/i;
const FRACTION = /^([+-]?)(?:\\[dt]?frac\{(\d+)\}\{(\d+)\}|(\d+) ?\/ ?(\d+))$/;

/** A space, a narrow one or LaTeX's, as thousands separator. */
const GROUP_SPACE = /(?<=\d)(?:[ \u00a0\u2007\u2009\u202f]|\\,)(?=\d{3}(?!\d))/g;

/** Reads a whole text as one number; `undefined` when it is anything else. A final full stop is allowed. */
export function parseNumber(text: string): WrittenNumber | undefined {
  if (text.length > 4 * MAX_LENGTH) return undefined;
  const written = text
    .trim()
    .replace(/\.$/, '')
    .replace(/[−–]/g, '-')
    .replace(/\{,\}|,\\!/g, ',')
    .replace(GROUP_SPACE, ',');
  if (written === '' || written.length > MAX_LENGTH) return undefined;
  return parsePlain(written) ?? parseFraction(written) ?? parseWords(written);
}

function parsePlain(text: string): WrittenNumber | undefined {
  const [, sign, whole, decimals, exponent, percent] = PLAIN.exec(text) ?? [];
  if (whole === undefined && decimals === undefined) return undefined;
  const value = Number(`${sign ?? ''}${(whole ?? '0').replaceAll(',', '')}${decimals ?? ''}${exponent ?? ''}`);
  return Number.isFinite(value) ? { value, percent: percent !== undefined } : undefined;
}

function parseFraction(text: string): WrittenNumber | undefined {
  const match = FRACTION.exec(text);
  if (match === null) return undefined;
  const value = Number(match[2] ?? match[4]) / Number(match[3] ?? match[5]);
  return Number.isFinite(value) ? { value: match[1] === '-' ? -value : value, percent: false } : undefined;
}

const UNITS: readonly string[] =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS: readonly string[] = '_ _ twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: Readonly<Record<string, number>> = { hundred: 100, thousand: 1000, million: 1_000_000 };

function parseWords(text: string): WrittenNumber | undefined {
  const words = text.toLowerCase().split(/[\s-]+/);
  const negative = words[0] === 'minus';
  const counted = words.slice(negative ? 1 : 0).filter((word) => word !== 'and');
  const value = counted.length === 0 ? undefined : sumOfWords(counted);
  return value === undefined ? undefined : { value: negative ? -value : value, percent: false };
}

function sumOfWords(words: readonly string[]): number | undefined {
  if (words.length === 1 && (words[0] === 'no' || words[0] === 'none')) return 0;
  let total = 0;
  let group = 0;
  // What may still be added to the group: "twenty" leaves room for 1 to 9, "seven" for nothing.
  let room = Infinity;
  for (const word of words) {
    const scale = Object.hasOwn(SCALES, word) ? (SCALES[word] ?? 0) : 0;
    const small = UNITS.includes(word) ? UNITS.indexOf(word) : TENS.indexOf(word) * 10;
    if (scale === 100 && group > 0 && group < 10) [group, room] = [group * 100, 100];
    else if (scale > 100 && group > 0) [total, group, room] = [total + group * scale, 0, Infinity];
    else if (scale === 0 && small >= 0 && small < room) [group, room] = [group + small, small >= 20 ? 10 : 0];
    else return undefined;
  }
  return total + group;
}

/** The one number in a longer text, as digits or words; `undefined` when there is none, or more than one value. */
export function onlyNumberIn(text: string): WrittenNumber | undefined {
  const whole = parseNumber(text);
  if (whole !== undefined || text.length > 1000) return whole;
  const plain = text
    .replace(/\\(?:text|mathrm|mbox)\s?\{([^{}]*)\}/g, ' $1 ')
    .replace(GROUP_SPACE, ',')
    .replace(/\\[()[\],;:! ]/g, ' ');
  const tokens = plain.split(/[\s()[\]"*:;!?=$≈~]+/).map((token) => token.replace(/[.,]+$/, ''));
  // "no" and "one" are ordinary words in a sentence; "one" still counts, as "There is one cat." is an answer.
  const numbers = tokens.filter((token) => !/^(?:no|none|and|)$/i.test(token)).flatMap((token) => parseNumber(token) ?? []);
  const [first] = numbers;
  return first !== undefined && numbers.every(({ value }) => value === first.value) ? first : undefined;
}
