// Reads samples from Parquet files of this package, of Orsta-Data-47k and of verl, one window of rows at a time.
// Left out: columns of other layouts (TRL's `messages`, EasyR1's `problem`), which are a converter's task.
import { basename } from 'node:path';
import {
  parquetMetadataAsync,
  parquetReadObjects,
  type AsyncBuffer,
  type ColumnChunk,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet';
import type { DataRecord } from './data-record.ts';
import { FormatError } from './errors.ts';
import { codecs } from './parquet-codecs.ts';
import { openParquetFile, type ParquetFile } from './parquet-file.ts';
import { plainRow, sampleOfRow } from './parquet-row.ts';
import { parseSample } from './parse-sample.ts';
import type { Sample } from './sample.ts';

/** Options of `readParquet`. */
export interface ReadParquetOptions {
  /** Rows held at a time; by default as many as take 16 MiB in the file, and at most 10,000 or a sixteenth of a larger row group. */
  readonly batchSize?: number;
  /** Told when a file cannot be read in small windows and needs much memory. */
  readonly onWarning?: (message: string) => void;
}

const WINDOW_BYTES = 16 * 2 ** 20;
const WINDOW_ROWS = 10_000;
const MOST_WINDOWS = 16;
const LARGE_GROUP_BYTES = 256 * 2 ** 20;
const SMALL_CHUNK_BYTES = 2 * 2 ** 20;

/**
 * The samples of a Parquet file, in order. A sample without an id gets `<file name>:<row>`, rows counting from 1. Nulls count as
 * absent, 64-bit integers become numbers, float32 ratios the shortest decimal they stand for (0.1, not 0.10000000149011612).
 * Throws FormatError with file and row.
 */
export async function* readParquet(path: string, options: ReadParquetOptions = {}): AsyncGenerator<Sample> {
  const name = basename(path);
  for await (const placed of parquetRows(path, options)) yield sampleOfPlaced(placed, name);
}

/** The rows of a Parquet file as records that are checked when asked. Throws FormatError where the file as a whole cannot be read. */
export async function* parquetRecords(path: string, options: ReadParquetOptions = {}): AsyncGenerator<DataRecord> {
  const name = basename(path);
  for await (const placed of parquetRows(path, options)) {
    const { row, location, number, rows } = placed;
    yield { location, sample: () => sampleOfPlaced(placed, name), value: () => sampleOfRow(row, location), done: number / rows };
  }
}

function sampleOfPlaced({ row, location, number }: PlacedRow, name: string): Sample {
  return parseSample(sampleOfRow(row, location), { location, defaultId: `${name}:${number}` });
}

/**
 * The rows of a Parquet file of any layout, a window at a time: column by name, 64-bit integers as numbers (as text beyond 2^53), dates as ISO
 * text, bytes as `Uint8Array`. Throws FormatError where it cannot be read.
 */
export async function* readParquetRows(path: string, options: ReadParquetOptions = {}): AsyncGenerator<Record<string, unknown>> {
  for await (const { row } of parquetRows(path, options)) yield row;
}

/** A row with the values of JSON, and bytes, and its place in the file. */
interface PlacedRow {
  readonly row: Record<string, unknown>;
  readonly location: string;
  /** From 1. */
  readonly number: number;
  /** Of the whole file. */
  readonly rows: number;
}

/** The rows of a Parquet file, in whatever columns. Throws FormatError where the file as a whole cannot be read. */
export async function* parquetRows(path: string, options: ReadParquetOptions = {}): AsyncGenerator<PlacedRow> {
  const { batchSize, onWarning } = options;
  if (batchSize !== undefined && (!Number.isInteger(batchSize) || batchSize < 1)) {
    const message = `readParquet: batchSize is ${batchSize}; allowed: a whole number from 1; leave it out to hold 16 MiB at a time`;
    throw new FormatError('invalid_argument', message);
  }
  const file = await openFile(path);
  try {
    const metadata = await readMetadata(path, file);
    const isPlain = metadata.schema.every(holdsPlainValues);
    for (const { start, end } of windowsOf(metadata, { path, batchSize, onWarning })) {
      const rows = await readRows(path, { file, metadata, rowStart: start, rowEnd: end });
      for (const [index, row] of rows.entries()) {
        const number = start + index + 1;
        yield { row: isPlain ? row : plainRow(row), location: `${path}: row ${number}`, number, rows: Number(metadata.num_rows) };
      }
    }
  } finally {
    await file.close();
  }
}

// Most files hold texts, bytes and floats alone, and to look at every value of a row takes as long as to check it.
function holdsPlainValues({ type, converted_type, logical_type }: SchemaElement): boolean {
  if (type === undefined || type === 'BOOLEAN' || type === 'FLOAT' || type === 'DOUBLE') return true;
  const isText = converted_type === 'UTF8' && (logical_type === undefined || logical_type.type === 'STRING');
  return type === 'BYTE_ARRAY' && (isText || (converted_type === undefined && logical_type === undefined));
}

async function openFile(path: string): Promise<ParquetFile> {
  try {
    return await openParquetFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readMetadata(path: string, file: AsyncBuffer): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): FormatError {
  const message = `${path} cannot be read as Parquet (${(cause as Error).message}); give the path of a Parquet file`;
  return new FormatError('unreadable_file', message, { cause });
}

async function readRows(
  path: string,
  window: { file: AsyncBuffer; metadata: FileMetaData; rowStart: number; rowEnd: number },
): Promise<Record<string, unknown>[]> {
  try {
    // Without `utf8: false` image bytes would be decoded as text and destroyed; columns marked as text still are text.
    return await parquetReadObjects({ ...window, compressors: codecs, utf8: false, useOffsetIndex: true });
  } catch (cause) {
    const message = `${path}: rows ${window.rowStart + 1} to ${window.rowEnd} cannot be decoded (${(cause as Error).message}); the file is damaged or uses an unknown encoding`;
    throw new FormatError('unreadable_file', message, { cause });
  }
}

interface Window {
  readonly start: number;
  readonly end: number;
}

// A window of a row group without page index costs a read of the whole group, so such a group is read once, as a whole. Small columns are read
// again for each window, which is why windows are measured in bytes: in windows of 100 rows, a group of 10,000 short rows took 100 reads.
function* windowsOf(
  metadata: FileMetaData,
  options: { path: string; batchSize: number | undefined; onWarning: ReadParquetOptions['onWarning'] },
): Generator<Window> {
  let start = 0;
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows);
    const end = start + groupRows;
    const indexed = group.columns.every((column) => column.offset_index_offset !== undefined || isSmall(column));
    const bytes = Number(group.total_byte_size);
    if (!indexed && bytes > LARGE_GROUP_BYTES) {
      const size = `${groupRows} rows, ${Math.round(bytes / 2 ** 20)} MiB`;
      options.onWarning?.(
        `${options.path}: a row group (${size}) without page index is held in memory as a whole; rewrite the file with writeParquet to stream it`,
      );
    }
    const { batchSize = windowRows(groupRows, bytes) } = options;
    const size = indexed ? batchSize : groupRows;
    for (; start < end; start = Math.min(start + size, end)) yield { start, end: Math.min(start + size, end) };
  }
}

// The bytes alone are not enough: a text that repeats takes no room in the file and all of its room in memory.
function windowRows(groupRows: number, bytes: number): number {
  const byBytes = Math.ceil((groupRows * WINDOW_BYTES) / Math.max(1, bytes));
  return Math.max(1, Math.min(byBytes, Math.max(WINDOW_ROWS, Math.ceil(groupRows / MOST_WINDOWS))));
}

// A column chunk of one page has no index; to read it again for the next window costs little.
function isSmall({ meta_data: chunk }: ColumnChunk): boolean {
  return chunk !== undefined && Number(chunk.total_uncompressed_size) <= SMALL_CHUNK_BYTES;
}
