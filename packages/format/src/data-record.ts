import type { Sample } from './sample.ts';

/** One record of a data file that is not checked yet, so that a reader may go on after a bad one. */
export interface DataRecord {
  /** File and line or row: `train.jsonl:12`, `train.parquet: row 12`. */
  readonly location: string;
  /** The checked sample. Throws FormatError with the location. */
  sample(): Sample;
}
