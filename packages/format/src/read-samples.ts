import { extname } from 'node:path';
import type { DataRecord } from './data-record.ts';
import { FormatError } from './errors.ts';
import { jsonlRecords, readJsonl } from './jsonl.ts';
import { parquetRecords, readParquet, type ReadParquetOptions } from './parquet-read.ts';
import type { Sample } from './sample.ts';

const JSONL = ['.jsonl', '.ndjson', '.json'];

/** Endings of packed files, which are not read. */
const PACKED: Readonly<Record<string, string>> = { '.gz': 'gzip', '.bz2': 'bzip2', '.xz': 'xz', '.zst': 'zstd', '.zip': 'zip' };

/** The samples of a data file, JSON lines (`.jsonl`, `.ndjson`, `.json`) or Parquet (`.parquet`). Throws FormatError with file and line or row. */
export function readSamples(path: string, options: ReadParquetOptions = {}): AsyncGenerator<Sample> {
  return fileKind(path) === 'parquet' ? readParquet(path, options) : readJsonl(path);
}

/**
 * The records of a data file as `readSamples` reads it, each checked when its `sample()` is called: to learn of every bad record and
 * not only of the first. Throws FormatError where the file as a whole cannot be read.
 */
export function readRecords(path: string, options: ReadParquetOptions = {}): AsyncGenerator<DataRecord> {
  return fileKind(path) === 'parquet' ? parquetRecords(path, options) : jsonlRecords(path);
}

function fileKind(path: string): 'parquet' | 'jsonl' {
  const ending = extname(path).toLowerCase();
  if (ending === '.parquet') return 'parquet';
  if (JSONL.includes(ending)) return 'jsonl';
  const packing = PACKED[ending];
  const remedy = packing === undefined ? 'rename or convert the file' : `it is packed with ${packing}, so unpack it`;
  const message = `${path} ends with ${JSON.stringify(ending)}; allowed: .parquet, ${JSONL.join(', ')}; ${remedy}`;
  throw new FormatError('unreadable_file', message);
}
