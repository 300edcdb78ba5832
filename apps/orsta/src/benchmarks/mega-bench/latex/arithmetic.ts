/**
 * Python arithmetic on numbers, as `eval` does it: `+ - * / // % **`, comparisons, parentheses, lists and tuples. Numbers are doubles, which is enough
 * for answers that may be off by a percent. Left out: texts, calls, attributes; they have no value here.
 */

/** A value of an expression. */
export type Arithmetic = number | boolean | { readonly type: 'list' | 'tuple'; readonly items: readonly Arithmetic[] };

/** What Python raises an error for. Never leaves this file. */
class NoValue extends Error {}

const TOKEN = /\s*(\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|\/\/|<=|>=|==|!=|[-+*/%()[\],<>])/y;

interface Reader {
  readonly tokens: string[];
  at: number;
  readonly names: Readonly<Record<string, number>>;
}

/** The value of an expression; a lone truth value is a number, as it is for `float`. Undefined where Python raises an error, or something is left out here. */
export function evaluateArithmetic(
  text: string,
  names: Readonly<Record<string, number>>,
): number | { readonly type: 'list' | 'tuple'; readonly items: readonly Arithmetic[] } | undefined {
  try {
    const reader: Reader = { tokens: tokensOf(text), at: 0, names };
    const value = parseItems(reader, '');
    if (reader.at < reader.tokens.length) throw new NoValue();
    return typeof value === 'boolean' ? Number(value) : value;
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return undefined;
  }
}

function tokensOf(text: string): string[] {
  // Python refuses blanks at the start and allows them at the end.
  const rest = text.trimEnd();
  if (/^\s/.test(rest) && !/^[ \t]/.test(rest)) throw new NoValue();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rest.length) {
    const found = TOKEN.exec(rest)?.[1];
    if (found === undefined) throw new NoValue();
    tokens.push(found);
  }
  return tokens;
}

function take(reader: Reader, ...wanted: readonly string[]): string | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || !wanted.includes(token)) return undefined;
  reader.at += 1;
  return token;
}

/** Values up to the closing bracket: several, or one followed by a comma, are a tuple. */
function parseItems(reader: Reader, closing: string): Arithmetic {
  const first = parseComparison(reader);
  if (take(reader, ',') === undefined) return first;
  return { type: 'tuple', items: [first, ...parseList(reader, closing)] };
}

function parseList(reader: Reader, closing: string): Arithmetic[] {
  const items: Arithmetic[] = [];
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== closing) {
    items.push(parseComparison(reader));
    if (take(reader, ',') === undefined) break;
  }
  return items;
}

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
]);

/** Whether a comparison of Python holds; false for any other operator. */
export function compares(operator: string, a: number, b: number): boolean {
  return COMPARISONS.get(operator)?.(a, b) === true;
}

/** A chain of comparisons is true where each of them is. */
function parseComparison(reader: Reader): Arithmetic {
  let left = parseSum(reader);
  let all: boolean | undefined;
  for (let sign = take(reader, ...COMPARISONS.keys()); sign !== undefined; sign = take(reader, ...COMPARISONS.keys())) {
    const right = parseSum(reader);
    const holds = compares(sign, numberIn(left), numberIn(right));
    all = (all ?? true) && holds;
    left = right;
  }
  return all ?? left;
}

function numberIn(value: Arithmetic): number {
  if (typeof value === 'object') throw new NoValue();
  return Number(value);
}

function parseSum(reader: Reader): Arithmetic {
  let sum = parseProduct(reader);
  for (let sign = take(reader, '+', '-'); sign !== undefined; sign = take(reader, '+', '-')) {
    const [a, b] = [numberIn(sum), numberIn(parseProduct(reader))];
    sum = sign === '+' ? a + b : a - b;
  }
  return sum;
}

function parseProduct(reader: Reader): Arithmetic {
  let product = parseSigned(reader);
  for (let sign = take(reader, '*', '/', '//', '%'); sign !== undefined; sign = take(reader, '*', '/', '//', '%')) {
    const [a, b] = [numberIn(product), numberIn(parseSigned(reader))];
    if (sign !== '*' && b === 0) throw new NoValue();
    product = sign === '*' ? a * b : sign === '/' ? a / b : sign === '//' ? Math.floor(a / b) : a - b * Math.floor(a / b);
  }
  return product;
}

function parseSigned(reader: Reader): Arithmetic {
  const sign = take(reader, '+', '-');
  if (sign === undefined) return parsePower(reader);
  const value = numberIn(parseSigned(reader));
  return sign === '-' ? -value : value;
}

function parsePower(reader: Reader): Arithmetic {
  const base = parseValue(reader);
  if (take(reader, '**') === undefined) return base;
  const value = powerOf(numberIn(base), numberIn(parseSigned(reader)));
  if (value === undefined) throw new NoValue();
  return value;
}

function parseValue(reader: Reader): Arithmetic {
  if (take(reader, '(') !== undefined) {
    if (take(reader, ')') !== undefined) return { type: 'tuple', items: [] };
    const value = parseItems(reader, ')');
    if (take(reader, ')') === undefined) throw new NoValue();
    return value;
  }
  if (take(reader, '[') !== undefined) {
    const items = parseList(reader, ']');
    if (take(reader, ']') === undefined) throw new NoValue();
    return { type: 'list', items };
  }
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  if (token === 'True' || token === 'False') return token === 'True';
  const value = Object.hasOwn(reader.names, token) ? reader.names[token] : numberLiteral(token);
  if (value === undefined) throw new NoValue();
  return value;
}

/** Python refuses whole numbers with zeros in front. */
function numberLiteral(token: string): number | undefined {
  if (!/^[\d.]/.test(token) || /^0[\d_]*[1-9]\d*$/.test(token) || /__|_$|_\./.test(token)) return undefined;
  const value = Number(token.replaceAll('_', ''));
  return Number.isNaN(value) ? undefined : value;
}

/** `base ** exponent` where that is a real number. */
export function powerOf(base: number, exponent: number): number | undefined {
  const value = base ** exponent;
  return Number.isFinite(value) && !(base === 0 && exponent < 0) ? value : undefined;
}
