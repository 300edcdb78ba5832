// Expressions: sums, products, implied products, powers, groups, fractions, matrices.
// Precedence as in the reference's grammar, low to high: + -, then * / : mod (one level, left to right), then sign, then implied
// product, then postfix, then power. An implied product binds tighter than `/`, so `1/2x` is 1/(2x).
import { add, call, divide, multiply, negate, number, power, symbol, whole, type Node } from '../ast.ts';
import { accept, attempt, peek, peekText, type Cursor, type Grammar } from './cursor.ts';
import { parseAtom, subscript } from './parse-atom.ts';
import { parseFunction, startsFunction } from './parse-function.ts';
import { parseBraced, parseExponent } from './parse-group.ts';
import { floorRational, isInteger, addRational, integer, negRational } from '../numbers/rational.ts';

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\(': '\\(' };

/** Sum level; null where no expression starts here. */
export function parseExpression(cursor: Cursor): Node | null {
  let left = parseProduct(cursor, false);
  while (left && (peek(cursor) === '+' || peek(cursor) === '-')) {
    const minus = peek(cursor) === '-';
    cursor.index += 1;
    const right = parseProduct(cursor, false);
    if (!right) return null;
    left = add(left, minus ? negate(right) : right);
  }
  return left;
}

/** The levels that a cursor hands to atoms and functions. */
export const GRAMMAR: Grammar = { expression: parseExpression, product: parseProduct };

/** Product level. `bare` forbids a function after the first factor, as in the argument of `\sin x \cos y`. */
function parseProduct(cursor: Cursor, bare: boolean): Node | null {
  let left = parseUnary(cursor, bare);
  for (;;) {
    const operator = peek(cursor);
    if (!left || (operator !== '*' && operator !== '/' && operator !== 'mod')) return left;
    cursor.index += 1;
    const right = parseUnary(cursor, bare);
    if (!right) return null;
    left = operator === '*' ? multiply(left, right) : operator === '/' ? divide(left, right) : call('mod', left, right);
  }
}

function parseUnary(cursor: Cursor, bare: boolean): Node | null {
  let minus = false;
  while (peek(cursor) === '+' || peek(cursor) === '-') {
    if (peek(cursor) === '-') minus = !minus;
    cursor.index += 1;
  }
  const node = attempt(cursor, (c) => parseImplied(c, bare));
  return node && minus ? negate(node) : node;
}

interface Factor {
  readonly node: Node;
  /** A number or fraction standing by itself, so that `2 \frac{1}{2}` can be read as a mixed number. */
  readonly literal: boolean;
  /** The digits of a bare whole number. */
  readonly digits: string;
}

function parseFactor(cursor: Cursor): Factor | null {
  const type = peek(cursor);
  const text = peekText(cursor);
  const before = cursor.index;
  const node = attempt(cursor, parsePostfix);
  if (!node) return null;
  const bare = type === 'number' && cursor.index === before + 1 && !text.includes('.');
  return { node, literal: node.kind === 'number' && (type === 'number' || type === 'frac'), digits: bare ? text : '' };
}

function parseImplied(cursor: Cursor, noFunctions: boolean): Node | null {
  const first = parseFactor(cursor);
  if (!first || !startsFactor(cursor, noFunctions)) return first && first.node;
  const factors = [first];
  while (startsFactor(cursor, noFunctions)) {
    const factor = parseFactor(cursor);
    if (!factor) break;
    factors.push(factor);
  }
  return joinFactors(factors);
}

/** Right to left, as in the reference: `3 1\frac{1}{2}` is 3 + (1 + 1/2). Parenthesised factors always multiply. */
function joinFactors(factors: readonly Factor[]): Node | null {
  const last = factors.at(-1);
  if (!last) return null;
  let right = last;
  for (let i = factors.length - 2; i >= 0; i -= 1) {
    const left = factors[i];
    if (left) right = joinPair(left, right);
  }
  return right.node;
}

function joinPair(left: Factor, right: Factor): Factor {
  const grouped = thousands(left, right);
  if (grouped) return grouped;
  const mixed = mixedNumber(left, right);
  if (mixed) return mixed;
  return { node: multiply(left.node, right.node), literal: false, digits: '' };
}

/** `10\,000`: digit groups split by a space. */
function thousands(left: Factor, right: Factor): Factor | null {
  const digits = left.digits + right.digits;
  if (left.digits.length === 0 || left.digits.length > 3 || right.digits.length === 0 || right.digits.length % 3 !== 0) return null;
  if (left.digits.startsWith('0') && left.digits.length < 3) return null;
  return { node: whole(BigInt(digits)), literal: true, digits };
}

function mixedNumber(left: Factor, right: Factor): Factor | null {
  if (!left.literal || !right.literal || left.node.kind !== 'number' || right.node.kind !== 'number') return null;
  const [a, b] = [left.node, right.node];
  if (a.approximate || b.approximate || !isInteger(a.value) || b.value.num <= 0n) return null;
  const whole = integer(floorRational(a.value));
  const sum = addRational(whole, whole.num < 0n ? negRational(b.value) : b.value);
  return sum && { node: number(sum), literal: true, digits: '' };
}

const FACTOR_STARTS = new Set(
  '( [ { pair bar frac binom begin wrapper number percent scientific e E letter greek gamma other accent differential infinity variable ellipsis partial'.split(
    ' ',
  ),
);

function startsFactor(cursor: Cursor, bare: boolean): boolean {
  const type = peek(cursor);
  if (type === 'bar' && cursor.barCloses) return false;
  return FACTOR_STARTS.has(type) || (!bare && startsFunction(type));
}

function parsePostfix(cursor: Cursor): Node | null {
  let node = parsePower(cursor);
  for (;;) {
    if (!node) return null;
    if (accept(cursor, '!')) node = call('factorial', node);
    else if (accept(cursor, 'transpose')) node = call('transpose', node);
    else if (!accept(cursor, 'degree')) return node;
  }
}

function parsePower(cursor: Cursor): Node | null {
  let node = parsePrimary(cursor);
  while (node && accept(cursor, '^')) {
    const exponent = parseExponent(cursor);
    if (!exponent) return null;
    subscript(cursor);
    node = power(node, exponent);
  }
  return node;
}

function parsePrimary(cursor: Cursor): Node | null {
  const type = peek(cursor);
  if (type === '(' || type === '[' || type === '{') return parseGroup(cursor);
  if (type === 'bar') return attempt(cursor, parseBars);
  if (type === 'pair') return parsePair(cursor);
  if (type === 'wrapper') return attempt(cursor, parseWrapper);
  if (type === 'frac' || type === 'binom') return parseFraction(cursor);
  if (type === 'begin') return attempt(cursor, parseMatrix);
  if (startsFunction(type) || startsApplication(cursor)) {
    const applied = attempt(cursor, parseFunction);
    if (applied) return applied;
  }
  return parseAtom(cursor);
}

const NAMES = new Set(['letter', 'greek', 'other', 'accent', 'gamma']);
const BEHIND_NAMES = new Set(['(', '[', '{', '_', '^']);

function startsApplication(cursor: Cursor): boolean {
  return NAMES.has(peek(cursor)) && BEHIND_NAMES.has(peek(cursor, 1));
}

function parseGroup(cursor: Cursor): Node | null {
  const open = cursor.tokens[cursor.index];
  if (!open) return null;
  const inner = attempt(cursor, (c) => {
    c.index += 1;
    const node = parseExpression(c);
    if (open.type === '{' && node && accept(c, 'choose')) {
      const lower = parseExpression(c);
      return lower && accept(c, '}') ? call('binomial', node, lower) : null;
    }
    const closer = CLOSERS[open.type] ?? ')';
    return node && accept(c, closer, open.type === '(' ? matchingText(open.text) : undefined) ? node : null;
  });
  return inner;
}

function matchingText(text: string): string {
  return text === '(' ? ')' : text;
}

/**
 * |x| and \|x\|: the closing bar is the same sign as the opening one. A bar inside is first read as the start of a nested pair, then, if
 * that leads nowhere, as the end of this one.
 */
function parseBars(cursor: Cursor): Node | null {
  return attempt(cursor, (c) => barsWith(c, false)) ?? attempt(cursor, (c) => barsWith(c, true));
}

function barsWith(cursor: Cursor, barCloses: boolean): Node | null {
  const text = peekText(cursor);
  const outer = cursor.barCloses;
  cursor.index += 1;
  cursor.barCloses = barCloses;
  const node = parseExpression(cursor);
  cursor.barCloses = outer;
  return node && accept(cursor, 'bar', text) ? call(text === '\\|' ? 'norm' : 'abs', node) : null;
}

function parsePair(cursor: Cursor): Node | null {
  const name = peekText(cursor);
  return attempt(cursor, (c) => {
    c.index += 1;
    const node = parseExpression(c);
    return node && accept(c, 'pairEnd', name) ? call(name, node) : null;
  });
}

function parseWrapper(cursor: Cursor): Node | null {
  cursor.index += 1;
  if (!accept(cursor, '{')) return null;
  const node = parseExpression(cursor);
  return node && accept(cursor, '}') ? node : null;
}

function parseFraction(cursor: Cursor): Node | null {
  const type = peek(cursor);
  cursor.index += 1;
  if (type === 'frac') {
    const derivative = attempt(cursor, parseDerivative);
    if (derivative || isBareOperator(cursor)) return derivative;
  }
  const upper = parseBraced(cursor);
  const lower = upper && parseBraced(cursor);
  if (!upper || !lower) return null;
  return type === 'frac' ? divide(upper, lower) : call('binomial', upper, lower);
}

/** `\frac{d}{dx} f` and `\frac{dy}{dx}`. */
function parseDerivative(cursor: Cursor): Node | null {
  if (!accept(cursor, '{')) return null;
  const operator = peek(cursor) === 'letter' && peekText(cursor) === 'd';
  const differential = peek(cursor) === 'differential' ? peekText(cursor) : '';
  if (!operator && differential === '') return null;
  cursor.index += 1;
  if (!accept(cursor, '}') || !accept(cursor, '{') || peek(cursor) !== 'differential') return null;
  const variable = peekText(cursor);
  cursor.index += 1;
  if (!accept(cursor, '}')) return null;
  const body = operator ? attempt(cursor, (c) => parseImplied(c, false)) : symbol(differential.toLowerCase());
  return body && { kind: 'binder', operator: 'derivative', variable, body, bounds: [] };
}

/** `{d}{dx}` with nothing to differentiate is no value. */
function isBareOperator(cursor: Cursor): boolean {
  return peekText(cursor, 1) === 'd' && peek(cursor, 2) === '}' && peek(cursor, 4) === 'differential';
}

const MATRIX_NAMES = new Set(['matrix', 'pmatrix', 'bmatrix', 'array', 'vmatrix']);

function parseMatrix(cursor: Cursor): Node | null {
  const name = peekText(cursor);
  if (!MATRIX_NAMES.has(name)) return null;
  cursor.index += 1;
  const rows: Node[][] = [];
  while (!accept(cursor, 'end', name)) {
    if (rows.length > 0 && !accept(cursor, 'row')) return null;
    if (rows.length > 0 && accept(cursor, 'end', name)) break;
    const row = parseRow(cursor);
    if (!row || row.length !== (rows[0]?.length ?? row.length)) return null;
    rows.push(row);
  }
  if (rows.length === 0) return null;
  const matrix: Node = { kind: 'matrix', rows };
  return name === 'vmatrix' ? call('det', matrix) : matrix;
}

function parseRow(cursor: Cursor): Node[] | null {
  const row: Node[] = [];
  do {
    const cell = attempt(cursor, parseExpression);
    if (!cell) return null;
    row.push(cell);
  } while (accept(cursor, '&'));
  return row;
}
