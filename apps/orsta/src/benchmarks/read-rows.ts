/**
 * Rows of published files, whatever they are stored as: Parquet, JSON (a list, or an object of rows by id), JSON lines, TSV, or a folder of them
 * in the order of their names. A row knows its file and number, for errors and for image paths. Only the reader of the kind at hand is loaded.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { expandFiles } from '../data/expand-files.ts';
import { OrstaError } from '../errors.ts';
import type { QuestionImage } from './contract.ts';
import { isRecord } from '../is-record.ts';

/** A row and its place. */
export interface Row {
  readonly values: Readonly<Record<string, unknown>>;
  readonly file: string;
  /** Counts from 1. */
  readonly number: number;
  /** Of a row of a JSON object: its key. */
  readonly key?: string;
}

const KINDS: Readonly<Record<string, (path: string) => AsyncGenerator<{ values: unknown; key?: string }>>> = {
  '.parquet': parquetValues,
  '.json': jsonValues,
  '.jsonl': jsonLineValues,
  '.tsv': tsvValues,
};
const ENDINGS = Object.keys(KINDS).join(', ');

/** The rows of a file, a pattern or a folder, without the files that `ignore` fits. Throws `invalid_data` where there is none or one is no object. */
export async function* readRows(data: string, ignore?: RegExp): AsyncGenerator<Row> {
  let count = 0;
  for (const file of await filesOf(data, ignore)) {
    const kind = KINDS[extname(file).toLowerCase()];
    if (kind === undefined) throw new OrstaError('invalid_data', `${file} is none of ${ENDINGS}. Give such a file, or a folder of them.`);
    let number = 0;
    for await (const { values, key } of kind(file)) {
      number += 1;
      count += 1;
      if (!isRecord(values))
        throw new OrstaError('invalid_data', `${file}: row ${String(number)} is ${shown(values)} and no object with fields.`);
      yield { values, file, number, ...(key === undefined ? {} : { key }) };
    }
  }
  if (count === 0) throw new OrstaError('invalid_data', `${data} has no rows.`);
}

/** The files of a path, in the order of their names. */
export async function filesOf(data: string, ignore?: RegExp): Promise<string[]> {
  const found = await stat(data).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const files = await expandFiles(data, dirname(resolve(data)));
    if (found === undefined && files.length === 1 && files[0] === resolve(data))
      throw new OrstaError('invalid_data', `There is no file ${data}.`);
    return files;
  }
  const { glob } = await import('tinyglobby');
  const files = await glob('**/*.{parquet,json,jsonl,tsv}', { cwd: data, absolute: true });
  if (files.length === 0) throw new OrstaError('invalid_data', `The folder ${data} has no ${ENDINGS} file.`);
  return files.filter((file) => ignore?.test(file) !== true).sort();
}

/** A file's JSON. Throws `invalid_data` where it is none. */
export async function readJsonFile(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OrstaError('invalid_data', `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new OrstaError('invalid_data', `${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function* parquetValues(path: string): AsyncGenerator<{ values: unknown }> {
  const { readParquetRows } = await import('@vtriune/format');
  for await (const values of readParquetRows(path)) yield { values };
}

async function* jsonValues(path: string): AsyncGenerator<{ values: unknown; key?: string }> {
  const json = await readJsonFile(path);
  if (Array.isArray(json)) for (const values of json as unknown[]) yield { values };
  else if (isRecord(json)) for (const [key, values] of Object.entries(json)) yield { values, key };
  else throw new OrstaError('invalid_data', `${path} holds ${shown(json)}; a list of rows, or an object of rows by id, is needed.`);
}

async function* jsonLineValues(path: string): AsyncGenerator<{ values: unknown }> {
  const { readTextLines } = await import('@vtriune/format');
  let number = 0;
  for await (const text of readTextLines(path)) {
    number += 1;
    if (text.trim() === '') continue;
    try {
      yield { values: JSON.parse(text) as unknown };
    } catch (cause) {
      throw new OrstaError('invalid_data', `${path}:${String(number)} is no JSON: ${shown(text)}`, { cause });
    }
  }
}

async function* tsvValues(path: string): AsyncGenerator<{ values: unknown }> {
  const { parse } = await import('csv-parse');
  const parser = createReadStream(path).pipe(parse({ delimiter: '\t', columns: true, bom: true, relax_quotes: true }));
  try {
    for await (const values of parser as AsyncIterable<unknown>) yield { values };
  } catch (cause) {
    throw new OrstaError('invalid_data', `${path} is no TSV: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The place of a row: `val.parquet: row 3`. */
export function placeOf({ file, number }: Row): string {
  return `${basename(file)}: row ${String(number)}`;
}

/** A value of unknown origin, shortened for a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? String(own) : own));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function refuse(row: Row, name: string, wanted: string): never {
  throw new OrstaError('invalid_data', `${placeOf(row)}: ${name} is ${shown(row.values[name])}; ${wanted} is needed.`);
}

/** A text of a row; numbers are written out. Throws `invalid_data` with the row where it is neither. */
export function textOf(row: Row, name: string): string {
  const value = row.values[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return refuse(row, name, 'a text');
}

/** A number of a row. */
export function numberIn(row: Row, name: string): number {
  const value = row.values[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : refuse(row, name, 'a number');
}

/** Numbers of a row, such as a box. */
export function numbersIn(row: Row, name: string, length: number): number[] {
  const value = row.values[name];
  const numbers = Array.isArray(value) ? value.map(Number) : [];
  return numbers.length === length && numbers.every(Number.isFinite) ? numbers : refuse(row, name, `a list of ${String(length)} numbers`);
}

/** Whether a row has something in a field. */
export function has(row: Row, name: string): boolean {
  const value = row.values[name];
  return value !== undefined && value !== null && value !== '';
}

/** An image field: `{ bytes, path }` as in Parquet, base64 as in TSV, or a path relative to `folder`. */
export function imageOf(row: Row, name: string, folder = dirname(row.file)): QuestionImage {
  const value = row.values[name];
  const bytes = isRecord(value) ? value['bytes'] : value;
  if (bytes instanceof Uint8Array) return { bytes };
  const path = isRecord(value) ? value['path'] : value;
  if (typeof path !== 'string' || path === '') return refuse(row, name, 'an image ({ bytes }, base64 or a path)');
  return path.length > 300 ? { bytes: Uint8Array.from(Buffer.from(path, 'base64')) } : { path: resolve(folder, path) };
}
