// Numbers and arithmetic in running text, without LaTeX: `1,234.5`, `1 000`, `1,5`, `.5`, `$3.20`, `28 percent`, `(3+4)/2`.
// A number must begin the text, follow a space or follow `=`; so the 2 of `AZ2K` is no answer.
import type { Candidate } from './anchors.ts';

/** A number or an arithmetic expression in a text. */
export interface PlainMatch extends Candidate {
  /** Digits of a number with separators removed (`1234.5`), or the arithmetic as written. */
  readonly text: string;
  readonly arithmetic: boolean;
  readonly percent: boolean;
  /** Where the number itself begins, after the space or `=`. */
  readonly valueStart: number;
}

const CURRENCY = '$€£¥₹₽₪₩₫฿₡₢₣₤₥₦₧₨₭₮₯₰₱₲₳₴₵₶₷₸₺₻₼₽₾₿';
const GROUPED = /-?[1-9]\d{0,2}(?:[ ,]\d{3})+(?:\.\d+)?/y;
const DECIMAL = /-?\d+[.,]\d+/y;
const POINT = /\.\d+/y;
const INTEGER = /-?\d+/y;
const PERCENT = /\s*(?:%|[Pp]ercent|[Pp]ct)/y;
const ARITHMETIC_START = /-?\(?-?\d/y;
/** What the patterns can begin with: asked first, as most of a hostile text is nothing of the kind. */
const NUMBER_STARTS = '0123456789-.';
const ARITHMETIC_STARTS = '0123456789-(';

function isSpace(c: string): boolean {
  return (c <= ' ' || c > '~') && c !== '' && c.trim() === '';
}
function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}
function isOperator(c: string): boolean {
  return c !== '' && '+-*×/^()÷'.includes(c);
}
function isArithmetic(c: string): boolean {
  return isDigit(c) || c === '.' || isSpace(c) || isOperator(c);
}

/** A cheap test that rules out most positions: a prefix and then something a number can begin with. */
function mayStart(text: string, at: number): boolean {
  if (at > 0 && text[at] !== '=' && !isSpace(text.charAt(at))) return false;
  const next = text.charAt(at + 1);
  return at === 0 || isDigit(next) || STARTS.includes(next);
}
const STARTS = `-.(*${CURRENCY}`;

/** Positions after the space or `=` (and `**`) that must precede a number; none where neither is there. */
function prefixEnds(text: string, at: number): number[] {
  const ends: number[] = [];
  const push = (start: number): void => {
    if (text.startsWith('**', start)) ends.push(start + 2);
    ends.push(start);
  };
  if (at === 0) push(0);
  const c = text.charAt(at);
  if (c === '=' || isSpace(c)) push(at + 1);
  return ends;
}

function clean(digits: string): string {
  const negative = digits.startsWith('-');
  const body = digits.replace('-', '').split(' ').join('');
  const trimmed = body.replace(/^0+(?=\d)/, '');
  return (negative ? '-' : '') + (trimmed.startsWith('.') ? `0${trimmed}` : trimmed);
}

function numberText(raw: string, kind: 'grouped' | 'other'): string {
  return clean(kind === 'grouped' ? raw.split(',').join('') : raw.replace(',', '.'));
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function readNumber(text: string, start: number, at: number): PlainMatch | null {
  const from = CURRENCY.includes(text.charAt(at)) && text.charAt(at) !== '' ? at + 1 : at;
  if (!NUMBER_STARTS.includes(text.charAt(from) || ' ') || isDigit(text.charAt(from - 1))) return null;
  const grouped = matchAt(GROUPED, text, from);
  const raw = grouped ?? matchAt(DECIMAL, text, from) ?? matchAt(POINT, text, from) ?? matchAt(INTEGER, text, from);
  if (raw === null) return null;
  const end = from + raw.length;
  const percent = matchAt(PERCENT, text, end);
  return {
    start,
    end: end + (percent?.length ?? 0),
    text: numberText(raw, grouped === null ? 'other' : 'grouped'),
    arithmetic: false,
    percent: percent !== null,
    valueStart: from,
  };
}

interface Run {
  readonly start: number;
  readonly end: number;
  /** Last position before which an arithmetic expression may end, and the end of the match there. */
  readonly stop: number;
  readonly stopEnd: number;
  readonly lastOperator: number;
}

function isSuffix(c: string): boolean {
  return c === '' || c === '.' || c === ',' || c === ':' || c === ')' || c === '$' || isSpace(c);
}

function suffixEnd(text: string, at: number): number {
  if (text.startsWith('**', at) && isSuffix(text.charAt(at + 2))) return Math.min(text.length, at + 3);
  return isSuffix(text.charAt(at)) ? Math.min(text.length, at + 1) : -1;
}

/** The maximal run of arithmetic characters around a position and where an expression in it can end. */
function runFrom(text: string, start: number): Run {
  let end = start;
  while (end < text.length && isArithmetic(text.charAt(end))) end += 1;
  let stop = end;
  let stopEnd = suffixEnd(text, end);
  while (stopEnd < 0 && stop > start) {
    stop -= 1;
    const closed = text[stop] === ')' ? suffixEnd(text, stop + 1) : -1;
    stopEnd = closed >= 0 ? closed : suffixEnd(text, stop);
    if (closed >= 0) {
      stop += 1;
      break;
    }
  }
  let lastOperator = stop - 2;
  while (lastOperator > start && !isOperator(text.charAt(lastOperator))) lastOperator -= 1;
  return { start, end, stop, stopEnd, lastOperator };
}

/** Reads plain numbers and arithmetic from one text. */
export interface PlainReader {
  /** Arithmetic that starts at a position, prefix included. */
  readonly arithmeticAt: (position: number) => PlainMatch | null;
  /** A number that starts at a position, prefix included. */
  readonly numberAt: (position: number) => PlainMatch | null;
}

/** Creates a reader that remembers the current run of arithmetic characters, so that each run is scanned once. */
export function createPlainReader(text: string): PlainReader {
  let run: Run | null = null;
  const currentRun = (at: number): Run => {
    if (run === null || at < run.start || at >= run.end) run = runFrom(text, at);
    return run;
  };
  const arithmeticFrom = (start: number, at: number): PlainMatch | null => {
    const head = ARITHMETIC_STARTS.includes(text.charAt(at) || ' ') ? matchAt(ARITHMETIC_START, text, at) : null;
    if (head === null) return null;
    const found = currentRun(at + head.length - 1);
    if (found.stopEnd < 0 || found.lastOperator < at + head.length) return null;
    return { start, end: found.stopEnd, text: text.slice(at, found.stop), arithmetic: true, percent: false, valueStart: at };
  };
  const first = (position: number, read: (start: number, at: number) => PlainMatch | null): PlainMatch | null => {
    if (!mayStart(text, position)) return null;
    for (const at of prefixEnds(text, position)) {
      const match = read(position, at);
      if (match) return match;
    }
    return null;
  };
  return {
    arithmeticAt: (position) => first(position, arithmeticFrom),
    numberAt: (position) => first(position, (start, at) => readNumber(text, start, at)),
  };
}
