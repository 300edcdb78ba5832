/**
 * LaTeX as `sympy.parsing.latex.parse_latex` 1.13 reads it (not strict): what follows the longest readable beginning is ignored,
 * as `, 6` in `5, 6` and `+` in `x+`; `x(y)` is a function `x`; every letter is a symbol, `e` and `i` among them. Left out: brakets,
 * which are read as far as they are something else.
 */
import { add, call, multiply, negate, power, whole, type MathNode as Node } from '@vtriune/verifiers/math';
import { substitute } from './map-symbols.ts';
import { parseAtom, parseBraces } from './parse-atom.ts';
import { parseFunction } from './parse-function.ts';
import { createParser, valueOf, written, type Differential, type Parsed, type Parser, type RelationOperator } from './parser.ts';
import { FUNCTIONS, LatexError, UnexpectedToken } from './tokens.ts';

const RELATIONS: Readonly<Record<string, RelationOperator>> = {
  '=': '=',
  '\\neq': '!=',
  '<': '<',
  '\\le': '<=',
  '>': '>',
  '\\ge': '>=',
};
const TIMES = new Set(['*', '\\times', '\\cdot']);
const OVER = new Set(['/', '\\div', ':']);
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '\\{': '\\}' };
const ATOMS = new Set(['letter', 'symbol', 'digit', 'differential', '\\mathit', '\\frac', '\\binom']);
const OTHER_STARTS = new Set(['\\lfloor', '\\lceil', '(', '[', '{', '\\{']);
const FUNCTION_STARTS = new Set([...FUNCTIONS, '\\int', '\\sum', '\\prod', '\\lim', '\\sqrt', '\\overline']);

/** Reads a text. Throws `LatexError`. */
export function parseLatex(source: string): Parsed {
  const parser: Parser = createParser(source, {
    expression: () => nested(parser),
    product: (functions) => parseProduct(parser, functions),
    script: () => parseScript(parser),
    parse: parseLatex,
  });
  return parseRelation(parser);
}

function parseRelation(parser: Parser): Parsed {
  let left: Parsed = parser.expression();
  for (;;) {
    const operator = RELATIONS[parser.peek().kind];
    const right = operator && operand(parser, () => parser.expression());
    if (operator === undefined || right === undefined) return left;
    left = { kind: 'comparison', operator, left, right };
  }
}

/** What comes after an operator; undefined, and the operator not taken, where it cannot be read. */
function operand<T>(parser: Parser, read: () => T): T | undefined {
  return parser.attempt(() => {
    parser.next();
    return read();
  });
}

/** No answer is as deep; Python ends at a thousand calls. */
const MOST_DEPTH = 200;

function nested(parser: Parser): Node {
  parser.depth += 1;
  if (parser.depth > MOST_DEPTH) throw new LatexError('the formula is too deep');
  const sum = parseSum(parser);
  parser.depth -= 1;
  return sum;
}

function parseSum(parser: Parser): Node {
  let sum = parser.product(true);
  for (;;) {
    const { kind } = parser.peek();
    const next = kind === '+' || kind === '-' ? operand(parser, () => parser.product(true)) : undefined;
    if (next === undefined) return sum;
    sum = add(sum, kind === '+' ? next : negate(next));
  }
}

function parseProduct(parser: Parser, functions: boolean): Node {
  let product = parseSigned(parser, functions);
  for (;;) {
    const { kind } = parser.peek();
    const factor = TIMES.has(kind) || OVER.has(kind) ? operand(parser, () => parseSigned(parser, functions)) : undefined;
    if (factor === undefined) return product;
    product = TIMES.has(kind) ? multiply(product, factor) : over(product, factor);
  }
}

/** Sympy's fractions have no factor 1. */
function over(top: Node, bottom: Node): Node {
  const inverse = power(bottom, whole(-1));
  return top.kind === 'number' && top.value.num === top.value.den ? inverse : multiply(top, inverse);
}

function parseSigned(parser: Parser, functions: boolean): Node {
  let negative = false;
  for (;;) {
    if (parser.take('-')) negative = !negative;
    else if (!parser.take('+')) break;
  }
  // The first factor of an argument without parentheses may be a function, the others may not.
  const factors: (Node | Differential)[] = [];
  for (
    let next: Node | Differential | undefined = parsePower(parser, true);
    next !== undefined;
    next = startsFactor(parser, functions) ? parser.attempt(() => parsePower(parser, functions)) : undefined
  )
    factors.push(next);
  const product = multiplyAll(factors);
  return negative ? negate(product) : product;
}

/** Neighbors are multiplied; an `x` between two numbers is a sign for that, and a differential operator differentiates what is right of it. */
function multiplyAll(factors: readonly (Node | Differential)[]): Node {
  const kept = factors.filter((factor, index) => !isTimesSign(factor, factors[index - 1], factors[index + 1]));
  const at = kept.findIndex(({ kind }) => kind === 'differential');
  const operator = kept[at];
  const before = kept.slice(0, at < 0 ? kept.length : at).map(valueOf);
  if (operator?.kind !== 'differential') return productOf(before);
  if (at === kept.length - 1) throw new LatexError('a derivative needs an expression');
  const body = multiplyAll(kept.slice(at + 1));
  return productOf([...before, { kind: 'binder', operator: 'derivative', variable: operator.variable, body, bounds: [] }]);
}

function isTimesSign(
  factor: Node | Differential,
  before: Node | Differential | undefined,
  after: Node | Differential | undefined,
): boolean {
  const between = factor.kind === 'symbol' && factor.name === 'x' && before !== undefined && after !== undefined;
  return between && !hasSymbol(before) && !hasSymbol(after);
}

/** Flattened, as `multiply` leaves it, in one go: a text of a thousand letters is a product of them. */
function productOf(factors: readonly Node[]): Node {
  const [first] = factors;
  if (first === undefined) throw new UnexpectedToken('an expression is expected');
  return factors.length === 1
    ? first
    : { kind: 'mul', args: factors.flatMap((factor) => (factor.kind === 'mul' ? factor.args : [factor])) };
}

function hasSymbol(node: Node | Differential): boolean {
  return node.kind === 'differential' || written(node).includes('"kind":"symbol"');
}

function startsFactor(parser: Parser, functions: boolean): boolean {
  const { kind } = parser.peek();
  if (kind === '|') return parser.bars === 0;
  return ATOMS.has(kind) || OTHER_STARTS.has(kind) || (functions && FUNCTION_STARTS.has(kind));
}

function parsePower(parser: Parser, functions: boolean): Node | Differential {
  let base = parseBase(parser, functions);
  while (parser.peek().kind === '^') {
    const exponent = operand(parser, () => parseScript(parser));
    if (exponent === undefined) break;
    base = power(valueOf(base), exponent);
    if (parser.take('_')) parseScript(parser);
  }
  for (;;) {
    if (parser.take('!')) base = call('factorial', valueOf(base));
    const value = parser.bars === 0 && parser.peek().kind === '|' ? parseValueAt(parser, base) : undefined;
    if (value === undefined) return base;
    base = value;
  }
}

/** `|_{x=1}`, `|^{x=2}`, or both, which is a difference; undefined where none of them can be read. */
function parseValueAt(parser: Parser, base: Node | Differential): Node | undefined {
  const kinds = [parser.peek(1).kind, parser.peek(2).kind];
  if (kinds[1] !== '{' || (kinds[0] !== '^' && kinds[0] !== '_')) return undefined;
  return operand(parser, () => {
    const above = parser.take('^') ? valueAt(parser, valueOf(base)) : undefined;
    const below = parser.take('_') ? valueAt(parser, valueOf(base)) : undefined;
    if (above !== undefined && below !== undefined) return add(above, negate(below));
    return above ?? below ?? valueOf(base);
  });
}

function valueAt(parser: Parser, base: Node): Node {
  parser.expect('{');
  const variable = parser.expression();
  const value = parser.take('=') ? parser.expression() : undefined;
  parser.expect('}');
  return value === undefined || variable.kind !== 'symbol' ? base : substitute(base, variable.name, value);
}

function parseScript(parser: Parser): Node {
  return parser.peek().kind === '{' ? parseBraces(parser) : valueOf(parseAtom(parser));
}

function parseBase(parser: Parser, functions: boolean): Node | Differential {
  const { kind } = parser.peek();
  const closing = CLOSING[kind];
  if (closing !== undefined) return parseGroup(parser, closing);
  if (kind === '|') return parseBars(parser);
  if (kind === '\\lfloor' || kind === '\\lceil') {
    parser.next();
    const inner = parser.expression();
    parser.expect(kind === '\\lfloor' ? '\\rfloor' : '\\rceil');
    return call(kind === '\\lfloor' ? 'floor' : 'ceil', inner);
  }
  if (functions && FUNCTION_STARTS.has(kind)) return parseFunction(parser);
  return parseAtom(parser, functions);
}

function parseGroup(parser: Parser, closing: string): Node {
  parser.next();
  const bars = parser.bars;
  parser.bars = 0;
  const inner = parser.expression();
  parser.bars = bars;
  parser.expect(closing);
  return inner;
}

function parseBars(parser: Parser): Node {
  parser.expect('|');
  parser.bars += 1;
  const inner = parser.expression();
  parser.expect('|');
  parser.bars -= 1;
  return call('abs', inner);
}
