// The parser's position in the token list, with the two budgets that bound any input: nesting depth and total steps.
// A parse function returns null when the text does not fit; the caller then restores `index` and tries its next alternative.
import type { Node } from '../ast.ts';
import type { Token } from './lexer.ts';

/** Deepest nesting that is parsed. */
const MAX_DEPTH = 120;
/** Most parse steps, over all alternatives, spent on one text. */
const MAX_STEPS = 6_000;

/** The two levels that atoms and functions hold whole expressions of. The cursor carries them, so that no file imports upwards. */
export interface Grammar {
  expression(cursor: Cursor): Node | null;
  product(cursor: Cursor, bare: boolean): Node | null;
}

/** Mutable reading position over a token list. */
export interface Cursor {
  readonly tokens: readonly Token[];
  readonly grammar: Grammar;
  index: number;
  depth: number;
  steps: number;
  /** A bar now ends the enclosing |...| instead of opening another one. */
  barCloses: boolean;
}

/** A cursor at the first token. */
export function createCursor(tokens: readonly Token[], grammar: Grammar): Cursor {
  return { tokens, grammar, index: 0, depth: 0, steps: 0, barCloses: false };
}

const END: Token = { type: '', text: '', start: 0 };

// Compilers give up on code that reads behind the end of an array, so that is asked first.
function tokenAt({ tokens }: Cursor, at: number): Token {
  return at < tokens.length ? (tokens[at] ?? END) : END;
}

/** Type of the token `ahead` places on; '' past the end. */
export function peek(cursor: Cursor, ahead = 0): string {
  return tokenAt(cursor, cursor.index + ahead).type;
}

/** Canonical text of the token `ahead` places on; '' past the end. */
export function peekText(cursor: Cursor, ahead = 0): string {
  return tokenAt(cursor, cursor.index + ahead).text;
}

/** Consumes one token if it is of this type (and text). */
export function accept(cursor: Cursor, type: string, text?: string): boolean {
  const token = tokenAt(cursor, cursor.index);
  if (token.type !== type || (text !== undefined && token.text !== text)) return false;
  cursor.index += 1;
  return true;
}

/** Runs one alternative; where it gives null, the position is restored. */
export function attempt<T>(cursor: Cursor, parse: (cursor: Cursor) => T | null): T | null {
  const { index } = cursor;
  cursor.steps += 1;
  if (cursor.steps > MAX_STEPS || cursor.depth > MAX_DEPTH) return null;
  cursor.depth += 1;
  const result = parse(cursor);
  cursor.depth -= 1;
  if (result === null) cursor.index = index;
  return result;
}

/** True where every token has been consumed. */
export function atEnd(cursor: Cursor): boolean {
  return cursor.index >= cursor.tokens.length;
}

/** An expression inside an atom or a function. */
export function innerExpression(cursor: Cursor): Node | null {
  return cursor.grammar.expression(cursor);
}

/** A product inside a function; `bare` forbids a function after the first factor, as in the argument of `\sin x \cos y`. */
export function innerProduct(cursor: Cursor, bare: boolean): Node | null {
  return cursor.grammar.product(cursor, bare);
}
