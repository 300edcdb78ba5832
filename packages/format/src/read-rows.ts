// Rows of foreign files, for converters: JSON lines, Parquet, a JSON array, or one JSON document that a converter takes apart.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Converter, DataRow } from './convert/converter.ts';
import { FormatError } from './errors.ts';
import { isRecord } from './is-record.ts';
import { parseJsonLine } from './jsonl.ts';
import { parquetRows } from './parquet-read.ts';
import { readTextLines } from './text-lines.ts';
import { showValue } from './show-value.ts';

/** A row with its place for messages: `train.jsonl:12`. */
export interface PlacedDataRow {
  readonly row: DataRow;
  readonly location: string;
}

/**
 * The rows of a file in whatever columns: `.parquet`, JSON lines, or `.json` with an array, a document of `converter.rows`, or one object a line.
 * Throws FormatError with file and line.
 */
export async function* readRows(path: string, converter?: Pick<Converter, 'rows'>): AsyncGenerator<PlacedDataRow> {
  const ending = extname(path).toLowerCase();
  if (ending === '.parquet') {
    for await (const { row, location } of parquetRows(path)) yield { row, location };
    return;
  }
  const document = ending === '.json' ? await readDocument(path) : undefined;
  if (document === undefined) yield* lineRows(path);
  else if (Array.isArray(document)) yield* arrayRows(document, path);
  else if (converter?.rows !== undefined) yield* placed(converter.rows(document, path), path);
  else yield { row: rowOf(document, path), location: path };
}

/** The value of a file that is one JSON text; undefined where it is not, as with `.json` files of one object a line. */
async function readDocument(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    const message = `${path} cannot be read as one JSON text (${(cause as Error).message}); give a smaller file, or one object a line`;
    throw new FormatError('unreadable_file', message, { cause });
  }
}

async function* lineRows(path: string): AsyncGenerator<PlacedDataRow> {
  let line = 0;
  for await (const text of readTextLines(path)) {
    line += 1;
    const location = `${path}:${line}`;
    if (text.trim() !== '') yield { row: rowOf(parseJsonLine(text, location), location), location };
  }
}

function* arrayRows(rows: readonly unknown[], path: string): Generator<PlacedDataRow> {
  for (const [index, row] of rows.entries()) {
    const location = `${path}: entry ${index + 1}`;
    yield { row: rowOf(row, location), location };
  }
}

function* placed(rows: Iterable<DataRow>, path: string): Generator<PlacedDataRow> {
  let number = 0;
  for (const row of rows) {
    number += 1;
    yield { row, location: `${path}: entry ${number}` };
  }
}

function rowOf(value: unknown, location: string): DataRow {
  if (isRecord(value)) return value;
  throw new FormatError('invalid_sample', `a row is an object, this is ${showValue(value)}; give one object a row`, { location });
}
