// What holds a whole expression between braces: `{...}`, and the exponent after `^`.
import { negate, type Node } from '../ast.ts';
import { accept, attempt, innerExpression, peek, type Cursor } from './cursor.ts';
import { parseAtom } from './parse-atom.ts';

/** After `^`: one atom, a signed number, or a braced expression. */
export function parseExponent(cursor: Cursor): Node | null {
  if (peek(cursor) === '-' && peek(cursor, 1) === 'number') {
    cursor.index += 1;
    const atom = parseAtom(cursor);
    return atom && negate(atom);
  }
  if (!accept(cursor, '{')) return parseAtom(cursor);
  const inner = attempt(cursor, innerExpression);
  return inner && accept(cursor, '}') ? inner : null;
}

/** Reads `{expr}`. */
export function parseBraced(cursor: Cursor): Node | null {
  return attempt(cursor, (c) => {
    if (!accept(c, '{')) return null;
    const node = innerExpression(c);
    return node && accept(c, '}') ? node : null;
  });
}
