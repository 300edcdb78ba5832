// Functions: known ones with and without parentheses, roots, big operators, integrals, limits, and unknown ones such as f(x).
import { call, constant, divide, power, symbol, whole, type Node } from '../ast.ts';
import { accept, attempt, innerExpression, innerProduct, peek, peekText, type Cursor } from './cursor.ts';
import { parseAtom, parseScriptAtom, subscript } from './parse-atom.ts';
import { parseBraced, parseExponent } from './parse-group.ts';

const STARTS = new Set(['func', 'multi', 'operatorname', 'sqrt', 'int', 'bigOperator', 'lim']);

/** True for token types that begin a known function. */
export function startsFunction(type: string): boolean {
  return STARTS.has(type);
}

/** A function application of any kind; null where this is none. */
export function parseFunction(cursor: Cursor): Node | null {
  switch (peek(cursor)) {
    case 'func':
      return parseKnown(cursor);
    case 'multi':
    case 'operatorname':
      return parseOperator(cursor);
    case 'sqrt':
      return parseRoot(cursor);
    case 'int':
      return parseIntegral(cursor);
    case 'bigOperator':
      return parseBigOperator(cursor);
    case 'lim':
      return parseLimit(cursor);
    default:
      return parseUnknown(cursor);
  }
}

interface Scripts {
  readonly sub: Node | undefined;
  readonly sup: Node | undefined;
}

const EMPTY = symbol('');

function parseScript(cursor: Cursor): Node | null {
  if (peek(cursor) !== '{') return parseScriptAtom(cursor) ?? parseExponent(cursor);
  if (peek(cursor, 1) !== '}') return parseBraced(cursor);
  cursor.index += 2;
  return EMPTY;
}

/** `_..` and `^..` in either order as expressions; null where one is broken. */
function parseScripts(cursor: Cursor): Scripts | null {
  let sub: Node | undefined;
  let sup: Node | undefined;
  while ((!sub && peek(cursor) === '_') || (!sup && peek(cursor) === '^')) {
    const lower = peek(cursor) === '_';
    cursor.index += 1;
    const node = parseScript(cursor);
    if (!node) return null;
    if (lower) sub = node;
    else sup = node;
  }
  return { sub, sup };
}

/** Spelling in the LaTeX command -> name in the tree. */
const CANONICAL = new Map(
  'arcsin:asin arccos:acos arctan:atan arccsc:acsc arcsec:asec arccot:acot arsinh:asinh arcosh:acosh artanh:atanh arcsinh:asinh arccosh:acosh arctanh:atanh tr:trace'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);
const INVERTIBLE = new Set(['sin', 'cos', 'tan', 'csc', 'sec', 'cot', 'sinh', 'cosh', 'tanh']);

function isMinusOne(node: Node | undefined): boolean {
  return node?.kind === 'number' && node.value.num === -1n && node.value.den === 1n;
}

function parseKnown(cursor: Cursor): Node | null {
  const command = peekText(cursor);
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts) return null;
  const argument = parseArgument(cursor);
  if (!argument) return null;
  const name = CANONICAL.get(command) ?? command;
  const inverse = INVERTIBLE.has(name) && isMinusOne(scripts.sup);
  const node = buildKnown(inverse ? `a${name}` : name, argument, scripts.sub);
  return scripts.sup && !inverse ? power(node, scripts.sup) : node;
}

function buildKnown(name: string, argument: Node, base: Node | undefined): Node {
  if (name === 'log' || name === 'ln') return call('log', argument, base ?? (name === 'ln' ? constant('e') : whole(10)));
  if (name === 'exp') return power(constant('e'), argument);
  return call(name, argument);
}

/** `(expr)` or the bare product that follows. */
function parseArgument(cursor: Cursor): Node | null {
  return (
    attempt(cursor, (c) => {
      if (peekText(c) !== '(' || !accept(c, '(')) return null;
      const inner = innerExpression(c);
      return inner && accept(c, ')', ')') ? inner : null;
    }) ?? attempt(cursor, (c) => innerProduct(c, true))
  );
}

const OPERATORS_ONE = new Set('arsinh arcsinh arcosh arccosh artanh arctanh floor ceil rank trace tr norm'.split(' '));
const OPERATORS_MANY = new Set(['gcd', 'lcm', 'max', 'min']);

function parseOperator(cursor: Cursor): Node | null {
  const name = peekText(cursor);
  if (!OPERATORS_MANY.has(name)) return OPERATORS_ONE.has(name) ? parseKnown(cursor) : null;
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts || !accept(cursor, '(')) return null;
  const args = parseList(cursor);
  if (!args || !accept(cursor, ')', ')')) return null;
  const node = call(name, ...args);
  return scripts.sup ? power(node, scripts.sup) : node;
}

function parseList(cursor: Cursor): Node[] | null {
  const items: Node[] = [];
  do {
    const item = attempt(cursor, innerExpression);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ','));
  return items;
}

/** `f(x)`, `f(x, y)`, `f^2(x)`: a letter followed by one atom or by a list in parentheses. `f(x+1)` is a product, as in the reference. */
function parseUnknown(cursor: Cursor): Node | null {
  const from = cursor.index;
  cursor.index += 1;
  const sub = subscript(cursor);
  if (sub === null) return null;
  const name = cursor.tokens[from]?.text ?? '';
  const scripts = parseScripts(cursor);
  if (!scripts || scripts.sub) return null;
  const braced = accept(cursor, '{');
  const closer = peek(cursor) === '[' ? ']' : ')';
  if (peekText(cursor) !== '(' && peekText(cursor) !== '[') return null;
  cursor.index += 1;
  const args = attempt(cursor, (c) => (peek(c, 0) === '' ? null : singleAtom(c, closer))) ?? attempt(cursor, listOfTwo);
  if (!args || !accept(cursor, closer) || (braced && !accept(cursor, '}'))) return null;
  const node: Node = { kind: 'function', name: name + sub, known: false, args };
  return scripts.sup ? power(node, scripts.sup) : node;
}

function singleAtom(cursor: Cursor, closer: string): Node[] | null {
  const atom = parseAtom(cursor);
  return atom && peek(cursor) === closer ? [atom] : null;
}

function listOfTwo(cursor: Cursor): Node[] | null {
  const items: Node[] = [];
  do {
    if (items.length > 0 && (peek(cursor) === ')' || peek(cursor) === ']')) return items;
    const item = attempt(cursor, innerExpression);
    if (!item) return null;
    items.push(item);
  } while (accept(cursor, ','));
  return items.length > 1 ? items : null;
}

function parseRoot(cursor: Cursor): Node | null {
  cursor.index += 1;
  let root: Node = whole(2);
  if (accept(cursor, '[')) {
    const index = innerExpression(cursor);
    if (!index || !accept(cursor, ']')) return null;
    root = index;
  }
  const base = parseBraced(cursor);
  return base && power(base, divide(whole(1), root));
}

/** `_{k=1}^{n} body`. */
function parseBigOperator(cursor: Cursor): Node | null {
  const operator = peekText(cursor) === 'sum' ? 'sum' : 'product';
  cursor.index += 1;
  let lower: { variable: Node; start: Node } | null = null;
  let upper: Node | null = null;
  for (let i = 0; i < 2; i += 1) {
    if (!lower && peek(cursor) === '_') lower = attempt(cursor, parseLower);
    else if (!upper && accept(cursor, '^')) upper = peek(cursor) === '{' ? parseBraced(cursor) : parseScriptAtom(cursor);
  }
  const body = lower && upper && innerProduct(cursor, false);
  if (!body || !lower || !upper || lower.variable.kind !== 'symbol') return null;
  return { kind: 'binder', operator, variable: lower.variable.name, body, bounds: [lower.start, upper] };
}

function parseLower(cursor: Cursor): { variable: Node; start: Node } | null {
  if (!accept(cursor, '_') || !accept(cursor, '{')) return null;
  const variable = innerExpression(cursor);
  if (!variable || !(accept(cursor, 'assign') || accept(cursor, 'relation', '='))) return null;
  const start = innerExpression(cursor);
  return start && accept(cursor, '}') ? { variable, start } : null;
}

function parseLimit(cursor: Cursor): Node | null {
  cursor.index += 1;
  if (!accept(cursor, '_') || !accept(cursor, '{')) return null;
  const variable = peekText(cursor).toLowerCase();
  if (!['letter', 'greek', 'other'].includes(peek(cursor))) return null;
  cursor.index += 1;
  if (!accept(cursor, 'to')) return null;
  const target = innerExpression(cursor);
  if (!target) return null;
  const operator = peek(cursor) === 'side' && peekText(cursor) === '-' ? 'limit-' : 'limit+';
  accept(cursor, 'side');
  if (!accept(cursor, '}')) return null;
  const body = innerProduct(cursor, false);
  return body && { kind: 'binder', operator, variable, body, bounds: [target] };
}

/** The differential may stand at the end (`x dx`), inside a fraction or group (`\frac{dz}{z}`), or be missing (then x). */
function parseIntegral(cursor: Cursor): Node | null {
  cursor.index += 1;
  const scripts = parseScripts(cursor);
  if (!scripts) return null;
  const from = cursor.index;
  const body = attempt(cursor, innerExpression);
  if (!body) return null;
  const token = cursor.tokens.slice(from, cursor.index).find((t) => t.type === 'differential');
  const variable = token?.text.toLowerCase() ?? 'x';
  const integrand = replaceSymbol(body, `d${variable}`);
  const bounds = scripts.sub && scripts.sup && scripts.sub !== EMPTY && scripts.sup !== EMPTY ? [scripts.sub, scripts.sup] : [];
  return { kind: 'binder', operator: 'integral', variable, body: integrand, bounds };
}

/** The expression with the differential symbol replaced by 1. */
function replaceSymbol(node: Node, name: string): Node {
  if (node.kind === 'symbol') return node.name === name ? whole(1) : node;
  if (node.kind === 'add' || node.kind === 'mul' || node.kind === 'function')
    return { ...node, args: node.args.map((arg) => replaceSymbol(arg, name)) };
  if (node.kind === 'pow') return power(replaceSymbol(node.base, name), replaceSymbol(node.exponent, name));
  return node;
}
