// Samples as a Parquet file that verl, ROLL, Hugging Face datasets, pandas and DuckDB read: the columns of Orsta-Data-47k,
// small row groups with a page index (so that a reader never holds more than one), no statistics over image bytes.
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { writeFileAtomically } from './atomic-file.ts';
import { FormatError } from './errors.ts';
import { ORSTA_COLUMNS, schemaElements, widen, type ColumnType, type StructType } from './parquet-schema.ts';
import { isRecord } from './is-record.ts';
import { parseSample } from './parse-sample.ts';
import type { Sample } from './sample.ts';

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
  const { rowGroupSize = 100 } = options;
  if (!Number.isInteger(rowGroupSize) || rowGroupSize < 1) {
    throw new FormatError(
      'invalid_argument',
      `writeParquet: rowGroupSize is ${rowGroupSize}; allowed: a whole number from 1; 100 suits images`,
    );
  }
  const given: unknown = samples;
  if (!Array.isArray(given) && typeof given !== 'function') {
    throw new FormatError(
      'invalid_argument',
      'writeParquet: samples are read twice, so an iterator does not do; give an array, or a function such as () => readJsonl(path)',
    );
  }
  const again = typeof samples === 'function' ? samples : () => samples;
  const shape = await columnTypes(again(), path);
  const counter = { rows: 0 };
  await writeFileAtomically(path, async (temporary) => {
    await parquetWriteRows({ writer: fileWriter(temporary), rows: rowsOf(again(), shape, counter), rowGroupSize, ...fileLayout(shape) });
  });
  return counter.rows;
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

async function columnTypes(samples: Iterable<Sample> | AsyncIterable<Sample>, path: string): Promise<StructType> {
  let shape: ColumnType = ORSTA_COLUMNS;
  let row = 0;
  for await (const sample of samples) {
    row += 1;
    shape = widen(shape, parseSample(sample, { location: `sample ${row} of ${path}` }));
  }
  return shape.kind === 'struct' ? shape : ORSTA_COLUMNS;
}

async function* rowsOf(
  samples: Iterable<Sample> | AsyncIterable<Sample>,
  shape: StructType,
  counter: { rows: number },
): AsyncGenerator<Record<string, unknown>> {
  for await (const sample of samples) {
    counter.rows += 1;
    yield toCell(sample, shape) as Record<string, unknown>;
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
