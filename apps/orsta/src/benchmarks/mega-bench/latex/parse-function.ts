/** Functions by command, roots, and what binds a variable: integrals, sums, products and limits. */
import { call, constant, number, power, symbol, whole, type MathNode as Node } from '@vtriune/verifiers/math';
import { fraction } from './fraction.ts';
import { differentialVariable, parseBraces } from './parse-atom.ts';
import { mapSymbols, substitute } from './map-symbols.ts';
import type { Parser } from './parser.ts';
import { UnexpectedToken } from './tokens.ts';

/** What a bound variable is called. */
const BOUND = '#';

/** One of them; the next token is its command. */
export function parseFunction(parser: Parser): Node {
  const { kind } = parser.next();
  switch (kind) {
    case '\\sqrt':
      return parseRoot(parser);
    case '\\overline':
      return { kind: 'function', name: 'conjugate', known: false, args: [parseBraces(parser)] };
    case '\\int':
      return parseIntegral(parser);
    case '\\sum':
    case '\\prod':
      return parseSeries(parser, kind === '\\sum' ? 'sum' : 'product');
    case '\\lim':
      return parseLimit(parser);
    default:
      return parseNamed(parser, kind.slice(1));
  }
}

/** A square root has the exact exponent 1/2, by which it differs from the power `x^{\frac{1}{2}}` as sympy prints it. */
function parseRoot(parser: Parser): Node {
  if (!parser.take('[')) return power(parseBraces(parser), number(fraction(1n, 2n)));
  const degree = parser.expression();
  parser.expect(']');
  const isWhole = degree.kind === 'number' && degree.value.den === 1n && degree.value.num > 0n;
  return power(parseBraces(parser), isWhole ? number(fraction(1n, degree.value.num)) : power(degree, whole(-1)));
}

/** `\sin^2 x`, `\log_2(x)`; arguments without parentheses go on over products and quotients. */
function parseNamed(parser: Parser, name: string): Node {
  const scripts: { _?: Node; '^'?: Node } = {};
  for (let kind = parser.peek().kind; (kind === '_' || kind === '^') && scripts[kind] === undefined; kind = parser.peek().kind) {
    parser.next();
    const script = parser.script();
    scripts[kind] = kind === '_' ? withArgumentLeft(parser, script) : script;
  }
  const argument = parser.peek().kind === '(' ? parseArgument(parser) : parser.product(false);
  const exponent = scripts['^'];
  const trigonometric = /^(?:sin|cos|tan|csc|sec|cot|sinh|cosh|tanh)$/.test(name);
  if (trigonometric && exponent?.kind === 'number' && exponent.value.num === -exponent.value.den) return call(`a${name}`, argument);
  const value = named(name, argument, scripts['_']);
  return exponent === undefined ? value : power(value, exponent);
}

/** In `\\log_2 8` the digits are one number to begin with; the last of them becomes the argument where nothing else is left for it. */
function withArgumentLeft(parser: Parser, script: Node): Node {
  if (script.kind !== 'number' || script.value.den !== 1n || script.value.num < 10n || parser.peek().kind !== 'end') return script;
  parser.back(parser.place() - 1);
  if (parser.peek().kind === 'digit') return number(fraction(script.value.num / 10n, 1n));
  parser.next();
  return script;
}

/** Of several arguments sympy takes the first. */
function parseArgument(parser: Parser): Node {
  parser.expect('(');
  const bars = parser.bars;
  parser.bars = 0;
  const first = parser.expression();
  while (parser.take(',')) parser.expression();
  parser.bars = bars;
  parser.expect(')');
  return first;
}

function named(name: string, argument: Node, base: Node | undefined): Node {
  if (name === 'exp') return power(constant('e'), argument);
  if (name === 'log' || name === 'ln' || name === 'lg') return call('log', argument, base ?? (name === 'lg' ? whole(10) : constant('e')));
  return call(name.replace(/^arc/, 'a').replace(/^ar(?=sinh|cosh|tanh)/, 'a'), argument);
}

function parseIntegral(parser: Parser): Node {
  const bounds = parseBounds(parser);
  const isEmpty = parser.peek().kind === 'differential';
  const integrand = isEmpty ? whole(1) : parser.expression();
  const { body, variable } = isEmpty
    ? { body: integrand, variable: differentialVariable(parser.next().text) }
    : withoutDifferential(integrand);
  const integral = { kind: 'binder', operator: 'integral', variable, body, bounds } as const;
  return bounds.length === 0 ? integral : bind(integral);
}

/** The bounds of an integral, from below upwards. */
function parseBounds(parser: Parser): Node[] {
  const lowerFirst = parser.peek().kind === '_';
  if (!lowerFirst && parser.peek().kind !== '^') return [];
  parser.next();
  const first = parser.script();
  parser.expect(lowerFirst ? '^' : '_');
  const second = parser.script();
  return lowerFirst ? [first, second] : [second, first];
}

/** Takes the factor `dx` out of an integrand; x where there is none. */
function withoutDifferential(node: Node): { body: Node; variable: string } {
  let variable = 'x';
  const body = mapSymbols(node, (name) => {
    if (!/^d./.test(name)) return symbol(name);
    variable = name.slice(1);
    return whole(1);
  });
  return { body, variable };
}

/** Its bound variable under a name that no formula has, so that `\sum_k k` is `\sum_i i`. */
function bind(binder: Extract<Node, { kind: 'binder' }>): Node {
  return { ...binder, variable: BOUND, body: substitute(binder.body, binder.variable, symbol(BOUND)) };
}

function parseSeries(parser: Parser, operator: 'sum' | 'product'): Node {
  const read = { _: undefined as { variable: Node; start: Node } | undefined, '^': undefined as Node | undefined };
  for (let count = 0; count < 2; count++) {
    if (parser.take('^')) read['^'] = parser.script();
    else {
      parser.expect('_');
      parser.expect('{');
      const variable = parser.expression();
      parser.expect('=');
      read._ = { variable, start: parser.expression() };
      parser.expect('}');
    }
  }
  if (read._?.variable.kind !== 'symbol' || read['^'] === undefined) throw new UnexpectedToken(`a ${operator} needs two bounds`);
  return bind({ kind: 'binder', operator, variable: read._.variable.name, body: parser.product(true), bounds: [read._.start, read['^']] });
}

function parseLimit(parser: Parser): Node {
  parser.expect('_');
  parser.expect('{');
  const { kind, text } = parser.next();
  if (kind !== 'letter' && kind !== 'symbol') throw new UnexpectedToken('a limit needs a variable');
  parser.expect('\\to');
  const target = parser.expression();
  let side: '' | '+' | '-' = '';
  if (parser.take('^')) {
    const braced = parser.take('{');
    side = parser.take('+') ? '+' : '-';
    if (side === '-') parser.expect('-');
    if (braced) parser.expect('}');
  }
  parser.expect('}');
  const bounds = side === '' ? [target, symbol('both sides')] : [target];
  return bind({
    kind: 'binder',
    operator: side === '-' ? 'limit-' : 'limit+',
    variable: text.replace('\\', ''),
    body: parser.product(true),
    bounds,
  });
}
