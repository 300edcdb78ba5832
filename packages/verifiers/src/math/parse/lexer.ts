// LaTeX text -> tokens. One pass, no backtracking; anything outside the vocabulary makes the whole text unreadable (null),
// as in the reference. Commands match by longest known prefix, so `\quadx` is a space and an x.
import { digitsEnd, isDigitAt, isLetterAt } from '../characters.ts';
import { LONGEST_COMMAND, lookUpCommand, lookUpSign } from './latex-commands.ts';

/** One token; `type` is the class the parser looks at, `text` its content. */
export interface Token {
  readonly type: string;
  readonly text: string;
  /** Position of its first character. */
  readonly start: number;
}

/** Longest text that is tokenized. */
export const MAX_MATH_LENGTH = 4_000;

/** White space of LaTeX, which is less than that of JavaScript. */
function isBlankAt(text: string, at: number): boolean {
  const c = text.charAt(at);
  return c === ' ' || c === '\t' || c === '\n' || c === '\r';
}

interface Scan {
  readonly token: Token | null;
  readonly end: number;
}

function blankEnd(text: string, from: number): number {
  let end = from;
  while (isBlankAt(text, end)) end += 1;
  return end;
}

function scanNumber(text: string, start: number): Scan | null {
  let end = digitsEnd(text, start);
  if (text[end] === '.' && isDigitAt(text, end + 1)) end = digitsEnd(text, end + 1);
  if (end === start) return null;
  if (text[end] === 'E') {
    const signed = text[end + 1] === '+' || text[end + 1] === '-' ? end + 2 : end + 1;
    if (isDigitAt(text, signed)) {
      const last = digitsEnd(text, signed);
      return { token: { type: 'scientific', text: text.slice(start, last), start }, end: last };
    }
  }
  const afterSpace = isBlankAt(text, end) ? end + 1 : end;
  const percent = text.startsWith('\\%', afterSpace) ? 2 : text[afterSpace] === '%' ? 1 : 0;
  if (percent > 0) return { token: { type: 'percent', text: text.slice(start, end), start }, end: afterSpace + percent };
  return { token: { type: 'number', text: text.slice(start, end), start }, end };
}

/** `dx`, `d x`, `d\theta`: a differential; a single d otherwise. */
function scanDifferential(text: string, start: number): Scan {
  const next = blankEnd(text, start + 1);
  if (isLetterAt(text, next)) return { token: { type: 'differential', text: text.charAt(next), start }, end: next + 1 };
  if (text[next] === '\\') {
    const command = longestCommand(text, next);
    if (command && (command.type === 'greek' || command.type === 'gamma'))
      return { token: { type: 'differential', text: command.text, start }, end: next + command.length };
  }
  return { token: { type: 'letter', text: text.charAt(start), start }, end: start + 1 };
}

function longestCommand(text: string, start: number): { type: string; text: string; length: number } | null {
  let end = start + 1;
  while (isLetterAt(text, end) && end - start < LONGEST_COMMAND) end += 1;
  for (; end > start + 1; end -= 1) {
    const found = lookUpCommand(text.slice(start, end));
    if (found) return { type: found[0], text: found[1], length: end - start };
  }
  return null;
}

/** Position after the `}` that closes an accent or text command: the first unescaped one. */
function accentEnd(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    if (text[i] === '\\' && text[i + 1] === '}') i += 1;
    else if (text[i] === '}') return i + 1;
  }
  return -1;
}

const NAMED_SETS = 'NZQRCP';

function scanAccent(text: string, start: number, name: string): Scan | null {
  let open = start + 1 + name.length;
  if (name === 'mathbb' && text[open] === '{' && text[open + 2] === '}' && NAMED_SETS.includes(text.charAt(open + 1)))
    return { token: { type: 'set', text: text.charAt(open + 1), start }, end: open + 3 };
  if (isBlankAt(text, open)) open += 1;
  if (text[open] !== '{') return null;
  const end = accentEnd(text, open);
  if (end < 0) return null;
  const body = text
    .slice(open + 1, end - 1)
    .split(' ')
    .join('');
  return { token: { type: 'accent', text: accentSymbol(name, body), start }, end };
}

function accentSymbol(name: string, body: string): string {
  if (name.includes('text') || name === 'mbox') return body.split('(').join('').split(')').join('');
  if (name === 'bar' || name === 'overline') return `bar{${body}}`;
  if (name === 'vec' || name === 'overrightarrow') return `vec{${body}}`;
  if (name === 'tilde' || name === 'widetilde') return `tilde{${body}}`;
  return name.startsWith('math') ? `math{${body}}` : `${name}{${body}}`;
}

/** `\begin{pmatrix}`, `\begin{array}{cc}`, `\operatorname{floor}`, `\variable{x}`: commands whose braces belong to the token. */
function scanBraced(text: string, start: number, { type, length }: { readonly type: string; readonly length: number }): Scan | null {
  const open = start + length;
  const close = text.indexOf('}', open) + (type === 'variable' && text.indexOf('}}', open) === text.indexOf('}', open) ? 1 : 0);
  if (text[open] !== '{' || close < 1 || close - open > 200) return null;
  const name = text.slice(open + 1, close);
  if (type !== 'begin' || name !== 'array') return { token: { type, text: name, start }, end: close + 1 };
  const columns = text.indexOf('}', close + 1);
  if (text[close + 1] !== '{' || columns < 0) return null;
  return { token: { type, text: name, start }, end: columns + 1 };
}

const ESCAPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  [',', ['skip', '']],
  [':', ['skip', '']],
  [';', ['skip', '']],
  ['!', ['skip', '']],
  [' ', ['skip', '']],
  ['$', ['skip', '']],
  ['(', ['(', '\\(']],
  [')', [')', '\\(']],
  ['{', ['(', '\\{']],
  ['}', [')', '\\{']],
  ['|', ['bar', '\\|']],
  ['\\', ['row', '\\\\']],
]);

function scanCommand(text: string, start: number): Scan | null {
  const escape = ESCAPES.get(text[start + 1] ?? '');
  if (escape) {
    if (text.startsWith('\\{\\}', start)) return { token: { type: 'set', text: 'empty', start }, end: start + 4 };
    return { token: escape[0] === 'skip' ? null : { type: escape[0], text: escape[1], start }, end: start + 2 };
  }
  if (text.startsWith('\\char', start)) return scanCharCode(text, start);
  if (text.startsWith('\\not\\equiv', start)) return { token: { type: 'relation', text: '!=', start }, end: start + 10 };
  const found = longestCommand(text, start);
  if (!found) return null;
  if (found.type === 'accent') return scanAccent(text, start, found.text);
  if (found.type === 'begin' || found.type === 'end' || found.type === 'operatorname' || found.type === 'variable')
    return scanBraced(text, start, found);
  let end = start + found.length;
  if (found.type === 'infinity') end += text.startsWith('\\%', end) ? 2 : text[end] === '%' ? 1 : 0;
  return { token: found.type === 'skip' ? null : { type: found.type, text: found.text, start }, end };
}

const CHAR_CODES = new Map(
  '391:alpha 392:beta 190:epsilon 396:zeta 397:eta 399:iota 39A:kappa 39C:mu 39D:nu 39F:omicron 3A1:rho 3A4:tau 3A7:chi'
    .split(' ')
    .map((pair) => [pair.slice(0, 3), pair.slice(4)] as const),
);

function scanCharCode(text: string, start: number): Scan | null {
  const from = text[start + 5] === '"' ? start + 6 : start + 5;
  const name = text.startsWith('000', from) ? CHAR_CODES.get(text.slice(from + 3, from + 6)) : undefined;
  return name ? { token: { type: 'greek', text: name, start }, end: from + 6 } : null;
}

/** The longer of two that begin alike comes first. */
const DEGREES = ['\\circle', '\\degree', '\\circ', '°'];

/** `^\circ`, `^{\circ}`, `^T`, `^{T}`: signs that only look like powers. */
function scanCaret(text: string, start: number): Scan {
  const braced = text[start + 1] === '{';
  const from = blankEnd(text, start + (braced ? 2 : 1));
  const degree = DEGREES.find((name) => text.startsWith(name, from));
  if (degree !== undefined) {
    const end = blankEnd(text, from + degree.length);
    if (!braced || text[end] === '}')
      return { token: { type: 'degree', text: degree, start }, end: braced ? end + 1 : from + degree.length };
  }
  const side = text.startsWith('^{+}', start) ? '+' : text.startsWith('^{-}', start) ? '-' : '';
  if (side !== '') return { token: { type: 'side', text: side, start }, end: start + 4 };
  if (text.startsWith('^T', start)) return { token: { type: 'transpose', text: 'T', start }, end: start + 2 };
  if (text.startsWith('^{T}', start)) return { token: { type: 'transpose', text: 'T', start }, end: start + 4 };
  return { token: { type: '^', text: '^', start }, end: start + 1 };
}

/** Each has `=` as its second character. */
const COMPOUND: readonly (readonly [string, string, string])[] = [
  ['!==', 'relation', '!='],
  ['!=', 'relation', '!='],
  ['==', 'relation', '='],
  ['<=', 'relation', '<='],
  ['>=', 'relation', '>='],
  ['~=', 'approx', '~'],
];

function scanSign(text: string, start: number): Scan | null {
  const compound = text.charAt(start + 1) === '=' ? COMPOUND.find(([sign]) => text.startsWith(sign, start)) : undefined;
  if (compound) return { token: { type: compound[1], text: compound[2], start }, end: start + compound[0].length };
  const found = lookUpSign(text.charAt(start));
  return found ? { token: { type: found[0], text: found[1], start }, end: start + 1 } : null;
}

function scanToken(text: string, start: number): Scan | null {
  const c = text.charAt(start);
  if (isBlankAt(text, start)) return { token: null, end: blankEnd(text, start) };
  if (isDigitAt(text, start) || c === '.') return scanNumber(text, start) ?? (text.startsWith('...', start) ? ellipsis(start) : null);
  if (c === '\\') return scanCommand(text, start);
  if (c === '^') return scanCaret(text, start);
  if (c === 'd') return scanDifferential(text, start);
  if (c === 'e' || c === 'E') return { token: { type: c, text: c, start }, end: start + 1 };
  if (isLetterAt(text, start)) return { token: { type: 'letter', text: c, start }, end: start + 1 };
  return scanSign(text, start);
}

function ellipsis(start: number): Scan {
  return { token: { type: 'ellipsis', text: 'ldots', start }, end: start + 3 };
}

/** Splits LaTeX into tokens; null where a sign or command is unknown or the text is over MAX_MATH_LENGTH. */
export function tokenize(text: string): readonly Token[] | null {
  if (text.length > MAX_MATH_LENGTH) return null;
  const tokens: Token[] = [];
  for (let position = 0; position < text.length;) {
    const scan = scanToken(text, position);
    if (!scan) return null;
    if (scan.token) tokens.push(scan.token);
    position = scan.end;
  }
  return tokens;
}
