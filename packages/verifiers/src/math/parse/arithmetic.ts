// Plain arithmetic such as `(1+2)*3/4^2`, with the precedence of Python, where `^` is a power. Anything else is null.
import { add, divide, multiply, negate, number, power, type Node } from '../ast.ts';
import { parseDecimal } from '../numbers/rational.ts';

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

const MAX_LENGTH = 5_000;
const MAX_DEPTH = 100;
const NUMBER = /(?:0+|[1-9]\d*)(?:\.\d*)?|\d+\.\d*|\.\d+/y;

function skip(reader: Reader): string {
  while (reader.text.charAt(reader.at).trim() === '' && reader.at < reader.text.length) reader.at += 1;
  return reader.text.charAt(reader.at);
}

function readNumber(reader: Reader): Node | null {
  NUMBER.lastIndex = reader.at;
  const digits = NUMBER.exec(reader.text)?.[0];
  const value = digits === undefined ? null : parseDecimal(digits);
  if (digits === undefined || !value) return null;
  reader.at += digits.length;
  const next = reader.text.charAt(reader.at);
  return next >= '0' && next <= '9' ? null : number(value, digits.includes('.'));
}

function readPrimary(reader: Reader): Node | null {
  if (skip(reader) !== '(') return readNumber(reader);
  reader.at += 1;
  const inner = readSum(reader);
  if (!inner || skip(reader) !== ')') return null;
  reader.at += 1;
  return inner;
}

function readPower(reader: Reader): Node | null {
  const base = readPrimary(reader);
  if (!base) return null;
  const next = skip(reader);
  const length = next === '^' ? 1 : next === '*' && reader.text[reader.at + 1] === '*' ? 2 : 0;
  if (length === 0) return base;
  reader.at += length;
  const exponent = readSigned(reader);
  return exponent && power(base, exponent);
}

function readSigned(reader: Reader): Node | null {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) return null;
  const sign = skip(reader);
  if (sign !== '-' && sign !== '+') {
    const node = readPower(reader);
    reader.depth -= 1;
    return node;
  }
  reader.at += 1;
  const node = readSigned(reader);
  reader.depth -= 1;
  return node && sign === '-' ? negate(node) : node;
}

function readProduct(reader: Reader): Node | null {
  let left = readSigned(reader);
  for (;;) {
    const operator = skip(reader);
    const doubled = reader.text[reader.at + 1] === operator;
    if (!left || (operator !== '*' && operator !== '/') || doubled) return left;
    reader.at += 1;
    const right = readSigned(reader);
    if (!right) return null;
    left = operator === '*' ? multiply(left, right) : divide(left, right);
  }
}

function readSum(reader: Reader): Node | null {
  let left = readProduct(reader);
  for (;;) {
    const operator = skip(reader);
    if (!left || (operator !== '+' && operator !== '-')) return left;
    reader.at += 1;
    const right = readProduct(reader);
    if (!right) return null;
    left = add(left, operator === '-' ? negate(right) : right);
  }
}

/** Reads a whole text as arithmetic; null where it is not. */
export function parseArithmetic(text: string): Node | null {
  if (text.length > MAX_LENGTH) return null;
  const reader: Reader = { text: text.split('×').join('*').split('÷').join('/'), at: 0, depth: 0 };
  const node = readSum(reader);
  skip(reader);
  return node && reader.at === reader.text.length ? node : null;
}
