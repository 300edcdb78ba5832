// Reads fields of foreign rows. A field that is absent or of another kind is an error that names the row, the field, what is there and what is
// allowed; nothing is guessed.
import { showValue } from '../show-value.ts';
import { FormatError } from '../errors.ts';
import { isRecord } from '../is-record.ts';
import type { SampleImage } from '../sample.ts';
import type { DataRow } from './converter.ts';

/** Whether a row has a field with a value: not null, not an empty text. */
export function has(row: DataRow, name: string): boolean {
  return row[name] !== undefined && row[name] !== null && row[name] !== '';
}

/** The first of several names under which a row has a value. Throws FormatError where it has none of them. */
export function fieldOf(row: DataRow, names: readonly string[], location: string): unknown {
  const name = names.find((one) => has(row, one));
  if (name !== undefined) return row[name];
  const keys = Object.keys(row).join(', ') || 'none';
  throw new FormatError(
    'invalid_sample',
    `/${String(names[0])} is missing (fields there: ${keys}); allowed: ${names.join(' or ')}; add it`,
    {
      location,
      pointer: `/${String(names[0])}`,
    },
  );
}

/** A text or a number as text. */
export function textField(row: DataRow, names: readonly string[], location: string): string {
  const value = fieldOf(row, names, location);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw wrong(names, value, { allowed: 'text or a number', location });
}

/** A text or a number as text, or undefined where the row has none of the names. */
export function optionalText(row: DataRow, names: readonly string[], location: string): string | undefined {
  return names.some((name) => has(row, name)) ? textField(row, names, location) : undefined;
}

/** A list of texts or numbers, as texts; also where it is written as JSON or as Python writes it. */
export function textList(row: DataRow, names: readonly string[], location: string): string[] {
  const value = fieldOf(row, names, location);
  const list = typeof value === 'string' ? parseList(value) : value;
  if (Array.isArray(list) && list.every((member) => typeof member === 'string' || typeof member === 'number')) return list.map(String);
  throw wrong(names, value, { allowed: 'a list of texts', location });
}

/** Four finite numbers. */
export function fourNumbers(value: unknown, pointer: string, location: string): [number, number, number, number] {
  if (Array.isArray(value) && value.length === 4 && value.every((side) => typeof side === 'number' && Number.isFinite(side)))
    return value as [number, number, number, number];
  throw wrong([pointer.slice(1)], value, { allowed: 'four numbers', location });
}

/** The images of a row, whatever the field is called and however an image is written; [] where it has none. */
export function imagesField(row: DataRow, names: readonly string[], location: string): SampleImage[] {
  const name = names.find((one) => has(row, one));
  if (name === undefined) return [];
  const value = row[name];
  return (Array.isArray(value) ? value : [value]).map((image) => imageOf(image, { name, location }));
}

function imageOf(image: unknown, { name, location }: { name: string; location: string }): SampleImage {
  if (image instanceof Uint8Array) return { bytes: image };
  if (typeof image === 'string' && image !== '') return { path: image };
  if (isRecord(image)) {
    const { bytes, path } = image;
    if (bytes instanceof Uint8Array || (typeof bytes === 'string' && bytes !== ''))
      return { bytes: bytes as Uint8Array, ...(typeof path === 'string' && path !== '' ? { path } : {}) };
    if (typeof path === 'string' && path !== '') return { path };
    if (typeof image['image'] === 'string') return { path: image['image'] };
  }
  throw wrong([name], image, { allowed: 'a path, the bytes of a file, or { bytes, path }', location });
}

/** Error of a field that is of the wrong kind. */
export function wrong(names: readonly string[], value: unknown, { allowed, location }: { allowed: string; location: string }): FormatError {
  const pointer = `/${String(names[0])}`;
  return new FormatError('invalid_sample', `${pointer} is ${showValue(value)}; allowed: ${allowed}; correct the row`, {
    location,
    pointer,
  });
}

function parseList(text: string): unknown {
  for (const candidate of [text, pythonList(text)]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // The other spelling is tried next; what is none of them is refused by the caller.
    }
  }
  return text;
}

/** A Python list of texts as JSON: single quotes become double ones, quotes inside are escaped. */
function pythonList(text: string): string {
  return text.replace(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g, (_match, single?: string, double?: string) => {
    const inside = single === undefined ? double : single;
    return JSON.stringify(String(inside).replace(/\\(['"\\])/g, '$1'));
  });
}
