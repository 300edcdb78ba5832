// Atoms: letters, Greek, accents and text as symbols with their subscripts; numbers, percentages, constants.
// Symbols are lower-cased as in the reference, so `\text{E}` and `e` written as text are one symbol.
import { constant, number, power, symbol, type Node } from '../ast.ts';
import { accept, attempt, atEnd, innerExpression, peek, peekText, type Cursor } from './cursor.ts';
import { parseDecimal } from '../numbers/rational.ts';

function numberNode(text: string): Node | null {
  const value = parseDecimal(text);
  return value && number(value, text.includes('.') || text.includes('E'));
}

/** Reads a number of any notation; a subscript (`204_5`) is read and dropped, as in the reference. */
function parseNumber(cursor: Cursor, type: string): Node | null {
  const node = numberNode(peekText(cursor));
  cursor.index += 1;
  if (!node) return null;
  if (type === 'percent') return { kind: 'percent', arg: node };
  if (type === 'number') attempt(cursor, subscript);
  return node;
}

/** Symbols named like this are constants. */
function named(name: string): Node {
  const lower = name.toLowerCase();
  if (lower === 'pi') return constant('pi');
  return lower === 'gamma' ? constant('gamma') : symbol(lower);
}

/** Reads `_x` or `_{...}` and returns the source text of the subscript with its underscore, '' where there is none, null where it is broken. */
export function subscript(cursor: Cursor): string | null {
  if (peek(cursor) !== '_') return '';
  cursor.index += 1;
  const from = cursor.index;
  if (!accept(cursor, '{')) return parseAtom(cursor) ? `_${sourceText(cursor, from, cursor.index)}` : null;
  do {
    if (!attempt(cursor, innerExpression)) return null;
  } while (accept(cursor, ','));
  const inner = sourceText(cursor, from + 1, cursor.index);
  if (!accept(cursor, '}')) return null;
  return inner.length > 1 ? `_{${inner}}` : `_${inner}`;
}

function sourceText(cursor: Cursor, from: number, to: number): string {
  return cursor.tokens
    .slice(from, to)
    .map((token) => token.text)
    .join('');
}

function superscript(cursor: Cursor): Node | null | undefined {
  if (!accept(cursor, '^')) return undefined;
  if (!accept(cursor, '{')) return parseScriptAtom(cursor);
  const inner = attempt(cursor, innerExpression);
  return inner && accept(cursor, '}') ? inner : null;
}

/** One atom without its own scripts: in `x^2_1` and `\int^b_a` the subscript does not belong to the superscript. */
export function parseScriptAtom(cursor: Cursor): Node | null {
  const type = peek(cursor);
  const text = peekText(cursor);
  if (type === 'number') {
    cursor.index += 1;
    return numberNode(text);
  }
  if (type !== 'letter' && type !== 'greek') return parseAtom(cursor);
  cursor.index += 1;
  return text === 'I' ? constant('i') : named(text);
}

/** A symbol with its subscript and superscript in either order. */
export function parseAtomExpression(cursor: Cursor): Node | null {
  const type = peek(cursor);
  if (type !== 'letter' && type !== 'greek' && type !== 'other' && type !== 'accent' && type !== 'gamma') return null;
  const name = peekText(cursor);
  cursor.index += 1;
  const before = cursor.index;
  let sub = attempt(cursor, subscript) ?? '';
  let sup = signedPower(cursor) ? undefined : superscript(cursor);
  if (sup === null) {
    cursor.index = before;
    sup = undefined;
  }
  if (sup && sub === '') sub = attempt(cursor, subscript) ?? '';
  const base = type === 'letter' && name === 'I' ? constant('i') : named(name + sub);
  return sup ? power(base, sup) : base;
}

/** `x^-1` is left to the power level, which knows signed exponents. */
function signedPower(cursor: Cursor): boolean {
  return peek(cursor) === '^' && peek(cursor, 1) === '-';
}

/** One atom; null where none starts here. */
export function parseAtom(cursor: Cursor): Node | null {
  const type = peek(cursor);
  switch (type) {
    case 'number':
    case 'percent':
    case 'scientific':
      return parseNumber(cursor, type);
    case 'letter':
    case 'greek':
    case 'other':
    case 'accent':
    case 'gamma':
      return attempt(cursor, parseAtomExpression);
    case 'infinity':
    case 'e':
    case 'E':
    case 'differential':
    case 'ellipsis':
    case 'variable':
      return parseNamedToken(cursor, type);
    default:
      return null;
  }
}

function parseNamedToken(cursor: Cursor, type: string): Node | null {
  if (atEnd(cursor)) return null;
  const text = peekText(cursor);
  cursor.index += 1;
  if (type === 'infinity') return constant('infinity');
  if (type === 'e') return constant('e');
  if (type === 'E') return symbol('e');
  if (type === 'differential') return symbol(`d${text}`.toLowerCase());
  if (type === 'ellipsis') return symbol('...');
  return /^[a-zA-Z0-9]+(?:_(?:[a-zA-Z0-9]|\{[a-zA-Z0-9,]+\}))?$/.test(text) ? symbol(text.toLowerCase()) : null;
}
