// LaTeX text -> tree: the answer level. Lists, sets, tuples, intervals, set operations, relations and chains of them.
// The alternatives are tried in the reference's order: `x = list`, then a list of elements, then set operations.
import { at } from '@vtriune/format/at';
import {
  add,
  divide,
  negate,
  type ChainNode,
  type NamedSet,
  type Node,
  type RelationNode,
  type RelationOperator,
  type SetOperator,
} from '../ast.ts';
import { accept, atEnd, attempt, createCursor, peek, peekText, type Cursor } from './cursor.ts';
import { signOf } from '../numbers/evaluate.ts';
import { tokenize } from './lexer.ts';
import { parseAtomExpression } from './parse-atom.ts';
import { GRAMMAR, parseExpression } from './parse-expression.ts';
import { parseDecimal } from '../numbers/rational.ts';
import { number } from '../ast.ts';

/** `1,234` and `1,234.5` as a whole text are one number, not a list. */
const GROUPED_NUMBER = /^\s*(-?)(\d{1,3}(?:,\d{3})+)(\.\d+)?\s*$/;

function groupedNumber(text: string): Node | null {
  const match = text.length < 200 ? GROUPED_NUMBER.exec(text) : null;
  if (!match) return null;
  const digits = at(match, 2);
  const plain = digits.startsWith('0') ? digits.replace(',', '.').split(',').join('') : digits.split(',').join('');
  const decimal = plain + (plain.includes('.') ? '' : (match[3] ?? ''));
  const value = parseDecimal(decimal);
  const node = value && number(value, decimal.includes('.'));
  return node && match[1] === '-' ? negate(node) : node;
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
const PLAIN_FRACTION = /^(-?)\\frac\{(-?\d+)\}\{(-?\d+)\}$/;

function plainFraction(text: string): Node | null {
  const match = PLAIN_FRACTION.exec(text);
  const [top, bottom] = match ? [parseDecimal(at(match, 2)), parseDecimal(at(match, 3))] : [null, null];
  const node = top && bottom && divide(number(top), number(bottom));
  return node && match?.[1] === '-' ? negate(node) : node;
}

/** The commonest answers by far, without a parser: a number or a fraction of two. */
function plainValue(text: string): Node | null {
  if (text.length >= 200) return null;
  if (!PLAIN_NUMBER.test(text)) return text.includes('\\frac') ? plainFraction(text) : null;
  const value = parseDecimal(text);
  return value && number(value, text.includes('.'));
}

/** Reads normalized LaTeX; null where it is not mathematics this package knows. */
export function parseLatex(text: string): Node | null {
  const simple = plainValue(text);
  if (simple) return simple;
  const tokens = tokenize(text);
  if (!tokens || tokens.length === 0) return null;
  const cursor = createCursor(tokens, GRAMMAR);
  const complete = (parse: (cursor: Cursor) => Node | null): Node | null =>
    attempt(cursor, (c) => {
      const node = parse(c);
      return node && atEnd(c) ? node : null;
    });
  const assigns = tokens.some(({ type }) => type === 'in' || type === 'assign');
  return (assigns ? complete(parseAssignment) : null) ?? groupedNumber(text) ?? complete(parseList) ?? complete(parseSetRelation);
}

/** `x`, `(p, q)` before `=` or `\in`. */
function parseLeftSide(cursor: Cursor): Node | null {
  if (peekText(cursor) !== '(' || !accept(cursor, '(')) return parseAtomExpression(cursor);
  const items: Node[] = [];
  do {
    const item = parseAtomExpression(cursor);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ','));
  if (!accept(cursor, ')', ')')) return null;
  return items.length === 1 ? (items[0] ?? null) : { kind: 'tuple', items };
}

function parseAssignment(cursor: Cursor): Node | null {
  const left = parseLeftSide(cursor);
  if (!left || !(accept(cursor, 'in') || accept(cursor, 'assign'))) return null;
  const right = parseElements(cursor, false);
  return right && relation('=', left, right);
}

function relation(operator: RelationOperator, left: Node, right: Node): RelationNode {
  return { kind: 'relation', operator, left, right };
}

function parseList(cursor: Cursor): Node | null {
  return parseElements(cursor, true);
}

/** `a, b; c, d` -> a single element, a set, or a set of tuples. */
function parseElements(cursor: Cursor, relations: boolean): Node | null {
  const groups = parseGroups(cursor, relations);
  return groups && collect(groups);
}

function parseGroups(cursor: Cursor, relations: boolean): Node[][] | null {
  const groups: Node[][] = [];
  do {
    const group: Node[] = [];
    do {
      const element = attempt(cursor, (c) => parseElement(c, relations));
      if (!element) return null;
      group.push(...element);
    } while (accept(cursor, ','));
    groups.push(group);
  } while (accept(cursor, ';'));
  return groups;
}

function collect(groups: readonly (readonly Node[])[]): Node {
  const [first = []] = groups;
  if (groups.length === 1) return first.length === 1 && first[0] ? first[0] : { kind: 'set', items: first };
  if (groups.every((group) => group.length === 1)) return { kind: 'set', items: groups.flat() };
  return { kind: 'set', items: groups.map((items): Node => ({ kind: 'tuple', items })) };
}

const ENDS = new Set(['', ',', ';', ')', ']', '}']);

/** One element: a value, two values for `a \pm b`, a set, or a relation. */
function parseElement(cursor: Cursor, relations: boolean): readonly Node[] | null {
  if (accept(cursor, 'pm')) {
    const node = parseExpression(cursor);
    return node && [negate(node), node];
  }
  const brace = peek(cursor) === '{' || peekText(cursor) === '\\{' || peek(cursor) === 'wrapper' || peek(cursor) === 'set';
  const early = brace ? attempt(cursor, parseWholeSet) : null;
  if (early) return [early];
  const value = attempt(cursor, (c) => parseValue(c, relations));
  if (value) return value;
  const late = brace ? null : attempt(cursor, parseWholeSet);
  return late && [late];
}

function parseWholeSet(cursor: Cursor): Node | null {
  const node = parseSetAtom(cursor);
  return node && ENDS.has(peek(cursor)) ? node : null;
}

function parseValue(cursor: Cursor, relations: boolean): readonly Node[] | null {
  const left = parseExpression(cursor);
  if (!left) return null;
  if (accept(cursor, 'pm')) {
    const right = parseExpression(cursor);
    return right && [add(left, right), add(left, negate(right))];
  }
  const node = relations ? parseRelationTail(cursor, left) : left;
  return node && ENDS.has(peek(cursor)) ? [node] : null;
}

/** Links further `op expr` onto a left side; `\approx` keeps the exact side unless the left is only a name. */
function parseRelationTail(cursor: Cursor, first: Node): Node | null {
  let node = first;
  for (;;) {
    const type = peek(cursor);
    if (type !== 'relation' && type !== 'assign' && type !== 'approx') return node;
    const operator = peekText(cursor) as RelationOperator;
    cursor.index += 1;
    const right = parseExpression(cursor);
    if (!right) return null;
    if (type === 'approx') node = onlySymbols(node) ? right : node;
    else node = link(node, operator, right);
  }
}

function link(left: Node, operator: RelationOperator, right: Node): RelationNode | ChainNode {
  if (left.kind === 'relation') return { kind: 'chain', links: [left, relation(operator, left.right, right)] };
  if (left.kind !== 'chain') return relation(operator, left, right);
  const last = left.links.at(-1);
  return { kind: 'chain', links: last ? [...left.links, relation(operator, last.right, right)] : left.links };
}

/** True for `x`, `AB`, `f(x)`, `A/B`, `(p, q)`, `|AB|`: something a value is assigned to. */
export function onlySymbols(node: Node): boolean {
  switch (node.kind) {
    case 'symbol':
      return true;
    case 'pow':
      return node.exponent.kind === 'number' && node.exponent.value.num === -1n && node.exponent.value.den === 1n
        ? onlySymbols(node.base)
        : onlySymbols(node.base) && onlySymbols(node.exponent);
    case 'add':
    case 'mul':
    case 'function':
      return node.args.length > 0 && node.args.every(onlySymbols);
    case 'tuple':
    case 'set':
      return node.items.length > 0 && node.items.every(onlySymbols);
    case 'relation':
      return onlySymbols(node.left) && onlySymbols(node.right);
    default:
      return false;
  }
}

const INTERVAL_OPEN = new Set(['(', '[', '\\(', '\\lbrack', '\\lgroup']);
const INTERVAL_CLOSE = new Set([')', ']', '\\(', '\\lbrack', '\\lgroup']);
const CLOSED = new Set(['[', ']', '\\lbrack']);

function parseSetAtom(cursor: Cursor): Node | null {
  if (peek(cursor) === 'set') {
    const name = peekText(cursor) as NamedSet;
    cursor.index += 1;
    return { kind: 'namedSet', name };
  }
  return attempt(cursor, parseInterval) ?? attempt(cursor, parseTuple) ?? attempt(cursor, parseFiniteSet);
}

function parseInterval(cursor: Cursor): Node | null {
  const open = peekText(cursor);
  const type = peek(cursor);
  if ((type !== '(' && type !== '[') || !INTERVAL_OPEN.has(open)) return null;
  cursor.index += 1;
  const low = parseExpression(cursor);
  if (!low || !accept(cursor, ',')) return null;
  const high = parseExpression(cursor);
  const close = peekText(cursor);
  if (!high || !INTERVAL_CLOSE.has(close) || (peek(cursor) !== ')' && peek(cursor) !== ']')) return null;
  cursor.index += 1;
  return makeInterval(low, high, { lowOpen: !CLOSED.has(open), highOpen: !CLOSED.has(close) });
}

/** (3, 1) and [3, 1] cannot be intervals, so they are pairs. */
function makeInterval(low: Node, high: Node, ends: { lowOpen: boolean; highOpen: boolean }): Node {
  const order = signOf(high, low);
  const pair = order !== null && ((ends.lowOpen && ends.highOpen && order <= 0) || (!ends.lowOpen && !ends.highOpen && order < 0));
  if (pair) return { kind: 'tuple', items: [low, high] };
  if (order !== null && order < 0) return { kind: 'namedSet', name: 'empty' };
  return { kind: 'interval', low, high, lowOpen: ends.lowOpen || isInfinite(low), highOpen: ends.highOpen || isInfinite(high) };
}

function isInfinite(node: Node): boolean {
  return node.kind === 'constant'
    ? node.name === 'infinity'
    : node.kind === 'mul' && node.args.length === 2 && node.args.some((arg) => arg.kind === 'constant' && arg.name === 'infinity');
}

function parseTuple(cursor: Cursor): Node | null {
  const [open, type] = [peekText(cursor), peek(cursor)];
  if (open !== '(' && open !== '[' && open !== '\\(') return null;
  if (type !== '(' && type !== '[') return null;
  cursor.index += 1;
  const groups = parseGroups(cursor, true);
  if (!groups) return null;
  const closed = open === '(' ? accept(cursor, ')', ')') : open === '[' ? accept(cursor, ']') : accept(cursor, ')', '\\(');
  if (!closed) return null;
  const items = groups.flat();
  return items.length === 1 ? (items[0] ?? null) : { kind: 'tuple', items };
}

function parseFiniteSet(cursor: Cursor): Node | null {
  const boxed = accept(cursor, 'wrapper', 'boxed');
  const escaped = !boxed && accept(cursor, '(', '\\{');
  if (!escaped && !accept(cursor, '{')) return null;
  if (accept(cursor, '}')) return boxed ? null : { kind: 'namedSet', name: 'empty' };
  const groups = parseGroups(cursor, true);
  if (!groups || !(escaped ? accept(cursor, ')', '\\{') : accept(cursor, '}'))) return null;
  return boxed ? collect(groups) : { kind: 'set', items: groups.flat() };
}

/** `A \cup B`, `x \in A \cap B`, `A \subseteq B`. */
function parseSetRelation(cursor: Cursor): Node | null {
  const assigned = attempt(cursor, (c) => {
    const left = parseLeftSide(c);
    const type = peek(c);
    if (!left || (type !== 'in' && type !== 'notin' && type !== 'assign')) return null;
    c.index += 1;
    const right = parseSetRelation(c);
    if (!right) return null;
    return type === 'notin' ? ({ kind: 'statement', operator: 'notin', args: [left, right] } as const) : relation('=', left, right);
  });
  if (assigned) return assigned;
  const left = parseSetLevel(cursor, 0);
  if (!left || peek(cursor) !== 'inclusion') return left;
  const operator = peekText(cursor);
  cursor.index += 1;
  const right = parseSetLevel(cursor, 0);
  return right && { kind: 'statement', operator: 'subset', args: operator === 'subset' ? [left, right] : [right, left] };
}

const LEVELS: readonly SetOperator[] = ['minus', 'union', 'intersection'];

function parseSetLevel(cursor: Cursor, level: number): Node | null {
  const operator = LEVELS[level];
  if (operator === undefined) return parseSetGroup(cursor);
  let left = parseSetLevel(cursor, level + 1);
  while (left && accept(cursor, 'setop', operator)) {
    const right = parseSetLevel(cursor, level + 1);
    if (!right) return null;
    left = { kind: 'setOperation', operator, left: asSet(left), right: asSet(right) };
  }
  return left;
}

function asSet(node: Node): Node {
  return node.kind === 'tuple' ? { kind: 'set', items: node.items } : node;
}

function parseSetGroup(cursor: Cursor): Node | null {
  return (
    attempt(cursor, (c) => {
      if (peekText(c) !== '(' || !accept(c, '(')) return null;
      const inner = parseSetLevel(c, 0);
      return inner && accept(c, ')', ')') ? inner : null;
    }) ?? attempt(cursor, parseSetAtom)
  );
}
