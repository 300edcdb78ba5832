/**
 * Python values, as far as official scorers compute with them: what `ast.literal_eval` and `json.loads` give back. Text, booleans and None are
 * JavaScript's own; numbers keep whether they were written as int or float, since `str(1.0)` is `1.0`. Left out: bytes and complex numbers.
 */
import { formatFloat } from './float.ts';

/** An int or a float. */
export interface PyNumber {
  readonly type: 'int' | 'float';
  readonly value: number;
  /** Of an int beyond 2^53, all its digits. */
  readonly digits?: string;
}

/** The int of a text of digits, with a sign or without. */
export function intOf(text: string): PyNumber {
  const value = Number(text);
  return Number.isSafeInteger(value) ? { type: 'int', value } : { type: 'int', value, digits: String(BigInt(text.replace(/^\+/, ''))) };
}

/** A list, tuple or set. The items of a set are distinct, in the order they were first seen. */
export interface PySequence {
  readonly type: 'list' | 'tuple' | 'set';
  readonly items: readonly PyValue[];
}

/** A dict in insertion order. */
export interface PyDict {
  readonly type: 'dict';
  readonly entries: readonly (readonly [PyValue, PyValue])[];
}

/** Any of them. */
export type PyValue = string | boolean | null | PyNumber | PySequence | PyDict;

/** Whether a value is a list or a tuple. */
export function isListOrTuple(value: PyValue): value is PySequence {
  return typeof value === 'object' && value !== null && (value.type === 'list' || value.type === 'tuple');
}

/** Whether a value is a dict. */
export function isDict(value: PyValue): value is PyDict {
  return typeof value === 'object' && value !== null && value.type === 'dict';
}

/** The value of an int, a float or a bool, which Python counts among the ints; undefined for everything else. */
export function numberOf(value: PyValue): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' && value !== null && (value.type === 'int' || value.type === 'float') ? value.value : undefined;
}

/** The value under a text key; undefined where the dict has none. */
export function get(dict: PyDict, key: string): PyValue | undefined {
  return dict.entries.find(([own]) => own === key)?.[1];
}

/** What a set or a dict tells keys apart by: equal for values that are equal in Python, `1`, `1.0` and `True` among them. Order in sets does not count. */
export function hashKey(value: PyValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return `s${JSON.stringify(value)}`;
  if (typeof value === 'boolean') return `n${String(Number(value))}`;
  switch (value.type) {
    case 'list':
    case 'tuple':
      return `${value.type}(${value.items.map(hashKey).join(',')})`;
    case 'set':
      return `set(${value.items.map(hashKey).sort().join(',')})`;
    case 'dict':
      return `dict(${value.entries
        .map(([key, own]) => `${hashKey(key)}:${hashKey(own)}`)
        .sort()
        .join(',')})`;
    default:
      return `n${value.digits ?? String(value.value)}`;
  }
}

/** `a == b`. */
export function equal(a: PyValue, b: PyValue): boolean {
  return hashKey(a) === hashKey(b);
}

/** The distinct items, in the order in which they were first seen. */
export function distinct(items: Iterable<PyValue>): PyValue[] {
  const seen = new Map<string, PyValue>();
  for (const item of items) {
    const key = hashKey(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

/** `str(value)`. */
export function str(value: PyValue): string {
  return typeof value === 'string' ? value : repr(value);
}

/** `repr(value)`. */
export function repr(value: PyValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  switch (value.type) {
    case 'int':
      return value.digits ?? String(value.value);
    case 'float':
      return formatFloat(value.value);
    case 'list':
      return `[${value.items.map(repr).join(', ')}]`;
    case 'tuple':
      return `(${value.items.map(repr).join(', ')}${value.items.length === 1 ? ',' : ''})`;
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${value.items.map(repr).join(', ')}}`;
    case 'dict':
      return `{${value.entries.map(([key, own]) => `${repr(key)}: ${repr(own)}`).join(', ')}}`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = [...text].map((character) => ESCAPES[character] ?? (character === mark ? `\\${mark}` : printable(character)));
  return `${mark}${body.join('')}${mark}`;
}

function printable(character: string): string {
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
