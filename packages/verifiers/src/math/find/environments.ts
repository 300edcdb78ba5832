// Where LaTeX is in a text: `$..$`, `$$..$$`, `\(..\)`, `\[..\]`, ` [..] `, a bare `\frac{1}{2}`, and lists of them joined by commas or
// words. An environment is found from its first character; closing signs are looked up through cached searches, so that a text full of
// unclosed openings costs one pass.
import { isSpaceAt, spaceEnd } from '../characters.ts';

/** One environment: its content and what follows it. */
export interface Environment {
  readonly content: string;
  readonly percent: boolean;
  /** Position after the environment, its following spaces and a percent sign. */
  readonly end: number;
}

/** Up to six joined environments. */
export interface EnvironmentList {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly Environment[];
}

/** Finds the next occurrence of a sign; repeated calls with growing positions cost one pass in total. */
function createFinder(text: string, sign: string): (from: number) => number {
  let searchedFrom = -1;
  let found = -2;
  return (from) => {
    if (found !== -2 && from >= searchedFrom && (found === -1 || found >= from)) return found;
    searchedFrom = from;
    found = text.indexOf(sign, from);
    return found;
  };
}

const PERCENT = /\\?%|[Pp]ercent|[Pp]ct/y;
const JOINT = /(?:,?and|,?or|,)\s*/y;
const NUMBER_PAIR = /-?\\frac\{-?\d+(?:[.,]\d+)?\}\{-?\d+(?:[.,]\d+)?\}/y;

/** Reads environments from one text. */
export interface EnvironmentReader {
  /** The list that starts exactly here, or null. With `boxed`, every part must contain a \boxed{...}. */
  readonly listAt: (position: number, boxed: boolean) => EnvironmentList | null;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function hasBox(content: string): boolean {
  const box = content.indexOf('\\boxed{');
  return box >= 0 && content.lastIndexOf('}') > box + 7;
}

/** Where the environment that begins at a position ends; null where none does. */
type SpanReader = (at: number) => Span | null;

/** `$..$` and `$$..$$`. */
function createDollarReader(text: string): SpanReader {
  const nextDouble = createFinder(text, '$$');
  const nextDollar = createFinder(text, '$');
  const nextLine = createFinder(text, '\n');
  const display = (at: number): Span | null => {
    const close = nextDouble(at + 3);
    if (close < 0 || text[close - 1] === '\\' || text.startsWith('$$', at + 2)) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const inlineDollar = (at: number): Span | null => {
    let close = nextDollar(at + 1);
    while (close > 0 && text[close - 1] === '\\') close = text.indexOf('$', close + 1);
    if (close < at + 2) return null;
    const line = nextLine(at + 1);
    return line >= 0 && line < close ? null : { from: at + 1, to: close, end: close + 1 };
  };
  return (at) => {
    const previous = text[at - 1] ?? '';
    if (previous === '\\') return null;
    const double = text[at + 1] === '$' ? display(at) : null;
    return double ?? (previous >= '0' && previous <= '9' ? null : inlineDollar(at));
  };
}

/** `\(..\)`, `\[..\]` and ` [..] `. */
function createBracketReader(text: string): SpanReader {
  const nextLine = createFinder(text, '\n');
  const nextBracket = createFinder(text, '\\]');
  const nextParenthesis = createFinder(text, '\\)');
  const nextPlainOpen = createFinder(text, '[');
  const nextPlainClose = createFinder(text, ']');
  const bracket = (at: number): Span | null => {
    const close = nextBracket(at + 2);
    if (close < at + 3 || text[close - 1] === '\\') return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const inlineParenthesis = (at: number): Span | null => {
    const close = nextParenthesis(at + 2);
    const line = nextLine(at + 2);
    if (close < at + 3 || text[close - 1] === '\\' || (line >= 0 && line < close)) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  const plainBracket = (at: number): Span | null => {
    const close = nextPlainClose(at + 2);
    const [line, open] = [nextLine(at + 2), nextPlainOpen(at + 2)];
    if (close < at + 3 || (line >= 0 && line < close) || (open >= 0 && open < close) || !isSpaceAt(text, close + 1)) return null;
    return { from: at + 2, to: close, end: close + 2 };
  };
  return (at) => {
    const c = text[at];
    if (c === '\\') {
      if (text[at - 1] === '\\') return null;
      return text[at + 1] === '[' ? bracket(at) : text[at + 1] === '(' ? inlineParenthesis(at) : null;
    }
    return text[at + 1] === '[' && isSpaceAt(text, at) ? plainBracket(at) : null;
  };
}

/** Creates a reader with its own search caches. */
export function createEnvironmentReader(text: string): EnvironmentReader {
  const dollarAt = createDollarReader(text);
  const bracketAt = createBracketReader(text);
  const environmentAt = (at: number, boxed: boolean): Environment | null => {
    const span = text[at] === '$' ? dollarAt(at) : bracketAt(at);
    const content = span ? text.slice(span.from, span.to) : boxed ? null : fractionAt(text, at);
    if (content === null || (boxed && !hasBox(content))) return null;
    const after = span ? span.end : at + content.length;
    const next = spaceEnd(text, after);
    if (!'%\\pP'.includes(text[next] ?? 'x')) return { content, percent: false, end: next };
    PERCENT.lastIndex = next;
    const sign = PERCENT.exec(text)?.[0] ?? '';
    return { content, percent: sign !== '', end: next + sign.length };
  };
  const listAt = (start: number, boxed: boolean): EnvironmentList | null => {
    const first = environmentAt(start, boxed);
    if (!first) return null;
    const parts = [first];
    for (let last = first; parts.length < 6;) {
      if (!',ao'.includes(text[last.end] ?? 'x')) break;
      JOINT.lastIndex = last.end;
      const joint = JOINT.exec(text);
      const next = joint && environmentAt(last.end + joint[0].length, boxed);
      if (!next) break;
      parts.push(next);
      last = next;
    }
    return { start, end: parts.at(-1)?.end ?? first.end, parts };
  };
  return { listAt };
}

function fractionAt(text: string, at: number): string | null {
  const c = text[at];
  if (c !== '\\' && !(c === '-' && text[at + 1] === '\\')) return null;
  NUMBER_PAIR.lastIndex = at;
  return NUMBER_PAIR.exec(text)?.[0] ?? null;
}

/** A cheap test that rules out most positions. */
export function mayOpen(text: string, position: number): boolean {
  const c = text.charCodeAt(position);
  if (c === 36) return true;
  const next = text.charCodeAt(position + 1);
  if (c === 92) return next === 91 || next === 40 || next === 102;
  if (c === 45) return next === 92;
  return next === 91 && isSpaceAt(text, position);
}
