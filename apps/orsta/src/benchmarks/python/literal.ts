/**
 * `ast.literal_eval` for the values of `value.ts`: nested lists, tuples, dicts, sets, texts with escapes and prefixes, numbers in all bases,
 * signs and True, False, None. What Python refuses is `undefined`. Left out: bytes, complex numbers and comments.
 */
import { parseFloatText } from './float.ts';
import { distinct, hashKey, intOf, type PyNumber, type PyValue } from './value.ts';

const NUMBER = /0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_]\w*/y;
const OPENING = /(?:[rRuU])?(?:'''|"""|'|")/y;
const SPACE = /(?:[ \t\f]|\\\n)*/y;
const SPACE_AND_LINES = /(?:[ \t\f\r\n]|#[^\n]*)*/y;
const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\u0007', b: '\b', f: '\f', v: '\v', '\n': '',
}; // prettier-ignore
const CONSTANTS: Readonly<Record<string, PyValue>> = { True: true, False: false, None: null };
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };
const DEEPEST = 90;

/** A text that is no literal. Never leaves this file. There is one of it, since the stack of a new one costs more than the reading. */
class NotALiteral extends Error {}
const NOT_A_LITERAL = new NotALiteral();

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

/** The value of a Python literal; undefined where `ast.literal_eval` raises SyntaxError or ValueError. */
export function literalEval(text: string): PyValue | undefined {
  if (text.includes('\0')) return undefined;
  const reader: Reader = { text: text.replace(/^[ \t]+/, ''), at: 0, depth: 0 };
  try {
    skip(reader, SPACE_AND_LINES);
    const value = readTupleOrValue(reader);
    skip(reader, SPACE_AND_LINES);
    return reader.at === reader.text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

function skip(reader: Reader, pattern: RegExp): void {
  pattern.lastIndex = reader.at;
  pattern.exec(reader.text);
  reader.at = Math.max(reader.at, pattern.lastIndex);
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function blanks(reader: Reader): void {
  skip(reader, reader.depth === 0 ? SPACE : SPACE_AND_LINES);
}

/** At the top level `1, 2` is a tuple. */
function readTupleOrValue(reader: Reader): PyValue {
  const first = readValue(reader);
  blanks(reader);
  if (reader.text[reader.at] !== ',') return first;
  const items = [first];
  while (reader.text[reader.at] === ',') {
    reader.at += 1;
    blanks(reader);
    if (reader.at === reader.text.length || reader.text[reader.at] === '\n') break;
    items.push(readValue(reader));
    blanks(reader);
  }
  return { type: 'tuple', items };
}

function readValue(reader: Reader): PyValue {
  blanks(reader);
  const character = reader.text[reader.at];
  if (character === undefined) throw NOT_A_LITERAL;
  if (character in CLOSING) return readBracket(reader, character);
  if (character === '+' || character === '-') return readSigned(reader, character);
  const text = readTexts(reader);
  if (text !== undefined) return text;
  const number = readNumber(reader);
  if (number !== undefined) return number;
  const word = take(reader, WORD);
  if (word === 'set' && take(reader, /\(\s*\)/y) !== undefined) return { type: 'set', items: [] };
  const constant = word === undefined ? undefined : CONSTANTS[word];
  if (constant === undefined) throw NOT_A_LITERAL;
  return constant;
}

function readSigned(reader: Reader, sign: string): PyValue {
  reader.at += 1;
  blanks(reader);
  const number = readNumber(reader);
  if (number === undefined) throw NOT_A_LITERAL;
  if (sign === '+' || number.value === 0) return number.type === 'float' && sign === '-' ? { type: 'float', value: -0 } : number;
  return { ...number, value: -number.value, ...(number.digits === undefined ? {} : { digits: `-${number.digits}` }) };
}

function readNumber(reader: Reader): PyNumber | undefined {
  const found = take(reader, NUMBER);
  if (found === undefined) return undefined;
  // `007` and `1_` are refused, and a letter right after a number ends no literal.
  if (/^0\d*[1-9]/.test(found) && !/[.eE]/.test(found)) throw NOT_A_LITERAL;
  if (/__|_$|_\.|\._/.test(found) || /[\w]/.test(reader.text[reader.at] ?? '')) throw NOT_A_LITERAL;
  if (/^0[xob]/i.test(found)) return { type: 'int', value: Number(found.toLowerCase()) };
  if (!/[.eE]/.test(found)) return intOf(found.replaceAll('_', ''));
  const value = parseFloatText(found);
  if (value === undefined) throw NOT_A_LITERAL;
  return { type: 'float', value };
}

/** Texts one after the other are one text. */
function readTexts(reader: Reader): string | undefined {
  const parts: string[] = [];
  for (;;) {
    blanks(reader);
    const opening = take(reader, OPENING);
    if (opening === undefined) return parts.length === 0 ? undefined : parts.join('');
    parts.push(readText(reader, opening));
  }
}

function readText(reader: Reader, opening: string): string {
  const raw = /^[rR]/.test(opening);
  const mark = opening.replace(/^[rRuU]/, '');
  const parts: string[] = [];
  while (!reader.text.startsWith(mark, reader.at)) {
    const character = reader.text[reader.at];
    if (character === undefined || (character === '\n' && mark.length === 1)) throw NOT_A_LITERAL;
    reader.at += 1;
    if (character !== '\\') parts.push(character);
    else if (raw) parts.push(character, reader.text[reader.at++] ?? '');
    else parts.push(readEscape(reader));
  }
  reader.at += mark.length;
  return parts.join('');
}

function readEscape(reader: Reader): string {
  const octal = take(reader, /[0-7]{1,3}/y);
  if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
  const character = reader.text[reader.at];
  if (character === undefined) throw NOT_A_LITERAL;
  reader.at += 1;
  const length = { x: 2, u: 4, U: 8 }[character];
  if (length === undefined) return SIMPLE[character] ?? `\\${character}`;
  const digits = reader.text.slice(reader.at, reader.at + length);
  if (digits.length !== length || !/^[\da-fA-F]+$/.test(digits) || parseInt(digits, 16) > 0x10ffff) throw NOT_A_LITERAL;
  reader.at += length;
  return String.fromCodePoint(parseInt(digits, 16));
}

function readBracket(reader: Reader, opening: string): PyValue {
  const closing = CLOSING[opening];
  if (++reader.depth > DEEPEST) throw NOT_A_LITERAL;
  reader.at += 1;
  const items: PyValue[] = [];
  const entries: [PyValue, PyValue][] = [];
  let commas = 0;
  for (blanks(reader); reader.text[reader.at] !== closing; blanks(reader)) {
    if (items.length + entries.length > commas) throw NOT_A_LITERAL;
    const item = readValue(reader);
    blanks(reader);
    if (opening === '{' && reader.text[reader.at] === ':') {
      reader.at += 1;
      entries.push([item, readValue(reader)]);
      blanks(reader);
    } else items.push(item);
    if (reader.text[reader.at] === ',') {
      reader.at += 1;
      commas += 1;
    }
  }
  reader.at += 1;
  reader.depth -= 1;
  if (opening === '[') return { type: 'list', items };
  if (opening === '(') return items.length === 1 && commas === 0 ? (items[0] as PyValue) : { type: 'tuple', items };
  if (items.length > 0 && entries.length > 0) throw NOT_A_LITERAL;
  if ([...items, ...entries.map(([key]) => key)].some(isUnhashable)) throw NOT_A_LITERAL;
  return items.length > 0 ? { type: 'set', items: distinct(items) } : { type: 'dict', entries: lastOfEachKey(entries) };
}

function isUnhashable(value: PyValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value.type === 'tuple' ? value.items.some(isUnhashable) : value.type !== 'int' && value.type !== 'float';
}

/** As a dict keeps them: the place of the first and the value of the last. */
export function lastOfEachKey(entries: readonly (readonly [PyValue, PyValue])[]): (readonly [PyValue, PyValue])[] {
  const kept = new Map<string, readonly [PyValue, PyValue]>();
  for (const [key, value] of entries) {
    const name = hashKey(key);
    kept.set(name, [kept.get(name)?.[0] ?? key, value]);
  }
  return [...kept.values()];
}
