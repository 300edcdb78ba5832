// Samples as a Parquet file that verl, ROLL, Hugging Face datasets, pandas and DuckDB read: the columns of Orsta-Data-47k,
// small row groups with a page index (so that a reader never holds more than one), no statistics over image bytes.
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { writeFileAtomically } from './atomic-file.ts';
import { FormatError } from './errors.ts';
import { ORSTA_COLUMNS, TRAINER_COLUMNS, schemaElements, widen, type ColumnType, type StructType } from './parquet-schema.ts';
import { isRecord } from './is-record.ts';
import { parseSample } from './parse-sample.ts';
import type { Sample } from './sample.ts';
import { trainerRow, type Trainer, type TrainerRow } from './trainer-rows.ts';

/** Samples that can be gone through twice: a collection, or a function that starts over, such as `() => readJsonl(path)`. */
export type SampleSource = readonly Sample[] | (() => Iterable<Sample> | AsyncIterable<Sample>);

/** Options of `writeParquet`. */
export interface WriteParquetOptions {
  /** Rows a row group; default 100, which Hugging Face uses for images. */
  readonly rowGroupSize?: number;
}

// Tells Hugging Face datasets to decode the structs of this column as images.
const HUGGING_FACE = JSON.stringify({ info: { features: { images: { feature: { _type: 'Image' }, _type: 'Sequence' } } } });

/**
 * Writes samples as Parquet and returns their number; the file appears at once and complete. Reads the samples twice: for the
 * column types, then for the rows. `accuracy_ratio`, `format_ratio` and the `det_reward_ratio`s are float32, as in Orsta-Data-47k.
 * Empty objects in `extra_info` are lost, for Parquet has none. Throws FormatError `incompatible_columns` where samples disagree on a type.
 */
export async function writeParquet(path: string, samples: SampleSource, options: WriteParquetOptions = {}): Promise<number> {
  const again = restartable(samples);
  return writeTable(path, () => checked(again(), path), { ...options, columns: ORSTA_COLUMNS });
}

/**
 * Writes samples as Parquet in the columns of a trainer and returns their number; see `trainerRow`. Otherwise like `writeParquet`.
 */
export async function writeTrainerParquet(
  path: string,
  samples: SampleSource,
  options: WriteParquetOptions & { readonly trainer: Trainer },
): Promise<number> {
  const again = restartable(samples);
  const rows = async function* (): AsyncGenerator<TrainerRow> {
    let index = 0;
    for await (const sample of checked(again(), path)) yield trainerRow(sample, options.trainer, index++);
  };
  return writeTable(path, rows, { ...options, columns: TRAINER_COLUMNS });
}

interface TableOptions extends WriteParquetOptions {
  /** Columns that every file has; those of the rows are added. */
  readonly columns: StructType;
}

async function writeTable(
  path: string,
  rows: () => AsyncIterable<Readonly<Record<string, unknown>>>,
  { rowGroupSize = 100, columns }: TableOptions,
): Promise<number> {
  if (!Number.isInteger(rowGroupSize) || rowGroupSize < 1) {
    throw new FormatError(
      'invalid_argument',
      `writeParquet: rowGroupSize is ${rowGroupSize}; allowed: a whole number from 1; 100 suits images`,
    );
  }
  let shape: ColumnType = columns;
  for await (const row of rows()) shape = widen(shape, row);
  const table = shape.kind === 'struct' ? shape : columns;
  const counter = { rows: 0 };
  await writeFileAtomically(path, async (temporary) => {
    await parquetWriteRows({ writer: fileWriter(temporary), rows: cellsOf(rows(), table, counter), rowGroupSize, ...fileLayout(table) });
  });
  return counter.rows;
}

function restartable(samples: SampleSource): () => Iterable<Sample> | AsyncIterable<Sample> {
  const given: unknown = samples;
  if (!Array.isArray(given) && typeof given !== 'function') {
    throw new FormatError(
      'invalid_argument',
      'writeParquet: samples are read twice, so an iterator does not do; give an array, or a function such as () => readJsonl(path)',
    );
  }
  return typeof samples === 'function' ? samples : () => samples;
}

async function* checked(samples: Iterable<Sample> | AsyncIterable<Sample>, path: string): AsyncGenerator<Sample> {
  let row = 0;
  for await (const sample of samples) {
    row += 1;
    yield parseSample(sample, { location: `sample ${row} of ${path}` });
  }
}

function fileLayout(shape: StructType) {
  const columns = [...shape.fields]
    .map(([name, type]) => ({ name, elements: schemaElements(name, type) ?? [] }))
    .filter(({ elements }) => elements.length > 0);
  return {
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ elements }) => elements)],
    // Image files are compressed already, and their least and greatest bytes tell nobody anything.
    columns: columns.map(({ name }) => (name === 'images' ? { name, statistics: false, codec: 'UNCOMPRESSED' as const } : { name })),
    kvMetadata: [{ key: 'huggingface', value: HUGGING_FACE }],
    createdBy: '@vtriune/format',
  };
}

async function* cellsOf(
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
  shape: StructType,
  counter: { rows: number },
): AsyncGenerator<Record<string, unknown>> {
  for await (const row of rows) {
    counter.rows += 1;
    yield toCell(row, shape) as Record<string, unknown>;
  }
}

// hyparquet-writer wants every field of a struct to be there, null for absent, and INT64 as BigInt.
function toCell(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (type.kind === 'list' && Array.isArray(value)) return value.map((member) => toCell(member, type.item));
  if (type.kind === 'struct' && isRecord(value)) {
    return Object.fromEntries([...type.fields].map(([name, member]) => [name, toCell(value[name], member)]));
  }
  return type.kind === 'integer' && typeof value === 'number' ? BigInt(value) : value;
}
