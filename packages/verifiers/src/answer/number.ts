/**
 * One number as people and models write it: `1,234.5`, `3/4`, `2 1/4`, `3 × 10^8`, `50 percent`, `3.5 million`, `twelve`, `十二`,
 * with or without a unit. What is written is brought into plain signs first (`plain-signs.ts`), then read in one scan.
 */
import { toPlainSigns } from './plain-signs.ts';
import { chineseNumber, chineseNumbersIn } from './chinese-number.ts';
import { WORD_NUMBER, wordNumbersIn, wordNumber } from './word-number.ts';
import { VerifierError } from '../errors.ts';

/** A number and whether a percent sign follows it; the value is not divided by 100. */
export interface WrittenNumber {
  readonly value: number;
  readonly percent: boolean;
}

const MAX_LENGTH = 64;
const MAX_SENTENCE = 1000;

const DIGITS = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:,\d+(?![\d,]))?|(?=\.\d))`;
const SCALES: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  mn: 1e6,
  bn: 1e9,
  k: 1e3,
  万: 1e4,
  萬: 1e4,
  亿: 1e8,
  億: 1e8,
};
const NUMBER = new RegExp(
  [
    String.raw`(?<sign>(?<![\d)%]\s?)[+-]\s?)?`,
    String.raw`(?:(?<mixed>\d+)\s+(?=\d+\s?/\s?[1-9]))?`,
    String.raw`(?<whole>${DIGITS})(?<decimals>\.\d+)?(?:e(?<exponent>[+-]?\d{1,3})(?![\w.]))?`,
    String.raw`(?:\s?/\s?(?<divisor>\d+)(?![\d.]))?`,
    String.raw`(?:\s?[x*]\s?10\^(?<power>[+-]?\d{1,3})(?!\d))?(?:(?<=(?<![\d.,])10)\^(?<ten>[+-]?\d{1,3})(?!\d))?`,
    String.raw`(?:\s?(?<scale>(?:dozen|hundred|thousand|million|billion|trillion|[mb]n|k)(?![a-z°\u0370-\u03ff])|[万萬亿億]))?`,
    String.raw`(?<percent>\s?(?:%|percent\b|per cent\b|pct\b))?`,
  ].join(''),
  'gi',
);

interface Scan {
  readonly numbers: readonly WrittenNumber[];
  /** The text around the numbers, each replaced by `#`. */
  readonly rest: string;
}

function scan(text: string): Scan {
  const numbers: WrittenNumber[] = [];
  let unreadable = false;
  const rest = text.replace(NUMBER, (...match) => {
    const groups = match.at(-1) as Readonly<Record<string, string | undefined>>;
    const value = valueOf(groups);
    if (value === undefined) unreadable = true;
    else numbers.push({ value, percent: groups['percent'] !== undefined });
    return '#';
  });
  return { numbers: unreadable ? [] : numbers, rest };
}

function valueOf(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  const { sign = '', mixed = '0', whole = '', decimals = '', exponent, divisor = '1', power, ten, scale } = groups;
  const written = /^\d{1,3}(?:,\d{3})+$/.test(whole) ? whole.replaceAll(',', '') : whole.replace(',', '.');
  if (written.includes('.') && decimals !== '') return undefined;
  const size = Number(`${written === '' ? '0' : written}${decimals}${exponent === undefined ? '' : `e${exponent}`}`);
  const base = ten === undefined ? Number(mixed) + size / Number(divisor) : 10 ** Number(ten);
  const scaled = (power === undefined ? base : Number(`${base}e${power}`)) * (scale === undefined ? 1 : factorOf(scale));
  return Number.isFinite(scaled) ? (sign.startsWith('-') ? -scaled : scaled) : undefined;
}

function factorOf(scale: string): number {
  const factor = SCALES[scale.toLowerCase()];
  if (factor === undefined)
    throw new VerifierError('verifier_error', `No scale is called ${scale}. Known: ${Object.keys(SCALES).join(', ')}.`);
  return factor;
}

/** Reads a whole text as one number; `undefined` when it is anything else. A final full stop is allowed. */
export function parseNumber(text: string): WrittenNumber | undefined {
  if (text.length > 4 * MAX_LENGTH) return undefined;
  const plain = toPlainSigns(text)
    .replace(/[.。]$/, '')
    .trim();
  if (plain === '' || plain.length > MAX_LENGTH) return undefined;
  const { numbers, rest } = scan(plain.replace(/^([+-]?)\s?[$€£¥₹]\s?/, '$1'));
  const [first] = numbers;
  if (first !== undefined && numbers.length === 1 && rest === '#') return first;
  const words = wordNumber(plain) ?? chineseNumber(plain);
  return words === undefined ? undefined : { value: words, percent: false };
}

/** Signs that make an expression of what is around the number. */
const OPERATOR = /[+*^<>{}\\√∑∫|≠≥≤]|#\s?[/:]\s?#|#\s?-\s?#|#\s?(?:π|pi\b)/;
/** Digits or a power glued to letters, once units are off: `5x4`, `x^2`, `AZ2K`. */
const GLUED = /[a-z_^]#|第\s?#|#\s?x\s?#/i;
/** "not 3", "more than 3", "3 or more": the number is named, but it is not the answer. */
const UNSAID =
  /(?:\b(?:not|never|without|isn['’]t|aren['’]t|wasn['’]t|don['’]t|doesn['’]t|can(?:not|['’]t)|(?:more|less|fewer|greater|larger|smaller|higher|lower|other|rather) than|instead of|under|over|above|below)|不是|不到|多于|少于|大于|小于|超过)\s+(?:exactly |quite )?(?:[$€£]\s?)?#|#\s?(?:or (?:more|less|fewer|so many)|以上|以下)/i;
const UNIT_POWER =
  /(?<=(?:\b|\d|\/)(?:[kcdmµμn]?m|ft|yd|in|mi|s|inch(?:es)?|feet|met(?:er|re)s?|units?))(?:\s?\^)?(?:[234](?![\w.])|\{?-?[1234]\}?(?!\d))/gi;

/**
 * The one number in a longer text, as digits or words, with any unit; `undefined` when there is none, more than one value, or an
 * expression. Of an equation the last side counts.
 */
export function onlyNumberIn(text: string): WrittenNumber | undefined {
  const whole = parseNumber(text);
  if (whole !== undefined || text.length > MAX_SENTENCE) return whole;
  const plain = lastSide(toPlainSigns(text)).replace(UNIT_POWER, '');
  const { numbers, rest } = scan(plain);
  if (OPERATOR.test(rest) || GLUED.test(rest) || UNSAID.test(wordsAsSigns(rest))) return undefined;
  // What could not be read, such as 3/0, is a second number all the same.
  if (numbers.length === 0 && rest.includes('#')) return undefined;
  const words = [...wordNumbersIn(rest), ...chineseNumbersIn(rest)].map((value) => ({ value, percent: false }));
  const all = [...numbers, ...words];
  const [first] = all;
  return first !== undefined && all.every(({ value }) => value === first.value) ? first : undefined;
}

function wordsAsSigns(rest: string): string {
  return rest.replace(WORD_NUMBER, '#');
}

function lastSide(text: string): string {
  const side = text.slice(text.lastIndexOf('=') + 1);
  return /[\d]/.test(side) ? side : text;
}

/** "No idea" counts nothing. */
const ANYTHING =
  '(?!(?:idea|answers?|way|clue|doubts?|information|reason|need|solutions?|problem|longer|more|less|fewer|means|evidence|sense|question|image|picture|one knows)\\b)[a-z]';
const NONE = new RegExp(
  [
    String.raw`\b(?:there(?:['’]s| (?:is|are|were|was))|ha(?:s|ve)|contains?|shows?|see|count|with)\s+(?:no|not any|zero)\s+${ANYTHING}`,
    String.raw`(?:n['’]t|\bnot)\s+(?:see\s+|find\s+|have\s+|contain\s+|show\s+)?(?:any|a single)\s+${ANYTHING}`,
    String.raw`^(?:no|none|zero|not (?:any|a single))(?: of)?(?: ${ANYTHING}[a-z]*(?: [a-z]+){0,3})?[.!]?$`,
    String.raw`(?:没有|沒有)(?!答案|办法|辦法|足够|足夠)|无(?![法关關效論论需])`,
  ].join('|'),
  'i',
);

/** Whether a sentence without another number says that there is nothing: "There are no cats." */
export function saysNone(text: string): boolean {
  if (text.length > MAX_SENTENCE || !NONE.test(text.trim()) || /\d/.test(text)) return false;
  return [...wordNumbersIn(text), ...chineseNumbersIn(text)].every((value) => value === 0);
}
