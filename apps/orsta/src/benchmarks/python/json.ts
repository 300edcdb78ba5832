/** `json.loads` and `json.dumps` with Python's values: ints and floats apart, NaN and Infinity allowed, the last of several equal keys kept. */
import { lastOfEachKey } from './literal.ts';
import { formatFloat } from './float.ts';
import { intOf, type PyValue } from './value.ts';

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const TEXT = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const WORD = /null|true|false|NaN|Infinity|-Infinity/y;
const WORDS: Readonly<Record<string, PyValue>> = {
  null: null,
  true: true,
  false: false,
  NaN: { type: 'float', value: NaN },
  Infinity: { type: 'float', value: Infinity },
  '-Infinity': { type: 'float', value: -Infinity },
};

/** A text that is no JSON. Never leaves this file. */
class NotJson extends Error {}
const NOT_JSON = new NotJson();

interface Reader {
  readonly text: string;
  at: number;
}

/** The value of a JSON text; undefined where `json.loads` raises JSONDecodeError. */
export function parseJson(text: string): PyValue | undefined {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader);
    skipSpace(reader);
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson || error instanceof RangeError) return undefined;
    throw error;
  }
}

function match(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at += found[0].length;
  return found;
}

function skipSpace(reader: Reader): void {
  match(reader, SPACE);
}

function readValue(reader: Reader): PyValue {
  skipSpace(reader);
  const character = reader.text[reader.at];
  if (character === '{') return readObject(reader);
  if (character === '[') return readArray(reader);
  if (character === '"') return readText(reader);
  const word = match(reader, WORD)?.[0];
  if (word !== undefined) return WORDS[word] as PyValue;
  const number = match(reader, NUMBER);
  if (number === null) throw NOT_JSON;
  return number[1] === undefined && number[2] === undefined ? intOf(number[0]) : { type: 'float', value: Number(number[0]) };
}

function readText(reader: Reader): string {
  const found = match(reader, TEXT)?.[0];
  if (found === undefined) throw NOT_JSON;
  return JSON.parse(found) as string;
}

function readArray(reader: Reader): PyValue {
  const items: PyValue[] = [];
  readList(reader, ']', () => items.push(readValue(reader)));
  return { type: 'list', items };
}

function readObject(reader: Reader): PyValue {
  const entries: [PyValue, PyValue][] = [];
  readList(reader, '}', () => {
    skipSpace(reader);
    const key = readText(reader);
    skipSpace(reader);
    if (reader.text[reader.at] !== ':') throw NOT_JSON;
    reader.at += 1;
    entries.push([key, readValue(reader)]);
  });
  return { type: 'dict', entries: lastOfEachKey(entries) };
}

function readList(reader: Reader, closing: string, readItem: () => void): void {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === closing) {
    reader.at += 1;
    return;
  }
  for (;;) {
    readItem();
    skipSpace(reader);
    const character = reader.text[reader.at];
    reader.at += 1;
    if (character === closing) return;
    if (character !== ',') throw NOT_JSON;
  }
}

/** `json.dumps(value)` with its default of escaping everything outside ASCII. */
export function dumpJson(value: PyValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return dumpText(value);
  switch (value.type) {
    case 'int':
      return value.digits ?? String(value.value);
    case 'float':
      return Number.isNaN(value.value) ? 'NaN' : formatFloat(value.value).replace('inf', 'Infinity');
    case 'dict':
      return `{${value.entries.map(([key, own]) => `${dumpText(typeof key === 'string' ? key : dumpJson(key))}: ${dumpJson(own)}`).join(', ')}}`;
    default:
      return `[${value.items.map(dumpJson).join(', ')}]`;
  }
}

function dumpText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
