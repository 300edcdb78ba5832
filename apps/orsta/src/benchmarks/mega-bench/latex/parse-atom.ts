/** Atoms: symbols with their subscripts, numbers, fractions, binomials, and a letter before parentheses, which is a function. */
import { call, constant, multiply, number, power, symbol, whole, type MathNode as Node } from '@vtriune/verifiers/math';
import { decimal } from './fraction.ts';
import { valueOf, written, type Differential, type Parser } from './parser.ts';
import { LatexError, UnexpectedToken } from './tokens.ts';

/** An atom; with `functions` a name before `(` is one. Throws `LatexError` where there is none. */
export function parseAtom(parser: Parser, functions = false): Node | Differential {
  const { kind, text } = parser.peek();
  switch (kind) {
    case 'letter':
    case 'symbol':
      return parseName(parser, functions);
    case 'digit':
      return parseNumber(parser);
    case 'differential':
      parser.next();
      return symbol(`d${differentialVariable(text)}`);
    case '\\mathit':
      return parseMathit(parser);
    case '\\frac':
      return parseFraction(parser);
    case '\\binom':
      parser.next();
      return call('binomial', parseBraces(parser), parseBraces(parser));
    default:
      throw new UnexpectedToken(`an expression is expected in place of ${text}`);
  }
}

/** The variable of `dx`, `d x` or `d\alpha`. */
export function differentialVariable(text: string): string {
  return text.slice(1).trim().replace('\\', '');
}

/** An expression in braces. */
export function parseBraces(parser: Parser): Node {
  parser.expect('{');
  const inner = parser.expression();
  parser.expect('}');
  return inner;
}

function parseName(parser: Parser, functions: boolean): Node {
  const { kind, text } = parser.next();
  const subscript = parseSubscript(parser);
  const quotes = parser.peek().kind === 'quotes' ? parser.next().text : '';
  const after = subscript === '' ? parseSubscript(parser) : '';
  const script = subscript + after;
  const values = functions && parser.peek().kind === '(' ? parser.attempt(() => parseArguments(parser)) : undefined;
  if (values !== undefined) return { kind: 'function', name: `${text.replace('\\', '')}${script}${quotes}()`, known: false, args: values };
  if (text === '\\infty') return constant('infinity');
  return symbol(kind === 'letter' ? `${text}${script}${quotes}` : `${text.slice(1)}${script}`);
}

/** `_{...}` as part of a name; empty where there is none. */
function parseSubscript(parser: Parser): string {
  return parser.take('_') ? `_{${printed(parser.script())}}` : '';
}

/** Sympy prints sums and products in an order of its own, so that `v_{max}` is `v_{amx}`. */
function printed(node: Node): string {
  return node.kind === 'add' || node.kind === 'mul' ? `${node.kind}(${node.args.map(printed).sort().join(' ')})` : written(node);
}

function parseArguments(parser: Parser): Node[] {
  parser.expect('(');
  const bars = parser.bars;
  parser.bars = 0;
  const list = [parser.expression()];
  while (parser.take(',')) list.push(parser.expression());
  parser.bars = bars;
  parser.expect(')');
  return list;
}

/** Digits, groups of three after commas, and decimals. */
function parseNumber(parser: Parser): Node {
  let digits = parseDigits(parser);
  while (parser.peek().kind === ',' && [1, 2, 3].every((ahead) => parser.peek(ahead).kind === 'digit')) {
    parser.next();
    for (let place = 0; place < 3; place++) digits += parser.next().text;
  }
  const hasDecimals = parser.peek().kind === '.' && parser.peek(1).kind === 'digit';
  if (!hasDecimals) {
    if (/^0+[1-9]/.test(digits)) throw new LatexError('a whole number begins with 0');
    return number(decimal(digits));
  }
  parser.next();
  return number(decimal(`${digits}.${parseDigits(parser)}`), true);
}

function parseDigits(parser: Parser): string {
  let digits = '';
  while (parser.peek().kind === 'digit') digits += parser.next().text;
  return digits;
}

function parseMathit(parser: Parser): Node {
  parser.next();
  parser.expect('{');
  let name = '';
  while (parser.peek().kind === 'letter') name += parser.next().text;
  parser.expect('}');
  return symbol(name);
}

function parseFraction(parser: Parser): Node | Differential {
  parser.next();
  const top = parseFractionPart(parser);
  const bottom = parseFractionPart(parser);
  const derivative = derivativeOf(parser, top.text, bottom.text);
  if (derivative !== undefined) return derivative;
  const inverse = power(bottom.value, whole(-1));
  const isOne = top.value.kind === 'number' && top.value.value.num === top.value.value.den;
  return isOne ? inverse : multiply(top.value, inverse);
}

/** `\frac{d}{dx}`, `\frac{dy}{dx}`, and the same with `\partial`. */
function derivativeOf(parser: Parser, top: string, bottom: string): Node | Differential | undefined {
  const [, sign, variable] = /^(d|\\partial)\s*\\?([a-zA-Z]+)$/.exec(bottom) ?? [];
  if (sign === undefined || variable === undefined || !top.startsWith(sign)) return undefined;
  const rest = top.slice(sign.length).trim();
  if (rest === '') return { kind: 'differential', variable };
  const body = parser.parse(rest);
  if (body.kind === 'comparison') throw new LatexError('the derivative of a comparison');
  return { kind: 'binder', operator: 'derivative', variable, body, bounds: [] };
}

/** A digit, or an expression in braces; `text` has its tokens with blanks between them. */
function parseFractionPart(parser: Parser): { value: Node; text: string } {
  const { kind, text } = parser.peek();
  if (kind === 'digit') {
    parser.next();
    return { value: number(decimal(text)), text };
  }
  parser.expect('{');
  const start = parser.place();
  const value = valueOf(parser.expression());
  const end = parser.place();
  parser.expect('}');
  const after = parser.place();
  parser.back(start);
  const texts: string[] = [];
  while (parser.place() < end) texts.push(parser.next().text);
  parser.back(after);
  return { value, text: texts.join(' ') };
}
