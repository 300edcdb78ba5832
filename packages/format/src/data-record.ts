import type { Sample } from './sample.ts';

/** One record of a data file that is not checked yet, so that a reader may go on after a bad one. */
export interface DataRecord {
  /** File and line or row: `train.jsonl:12`, `train.parquet: row 12`. */
  readonly location: string;
  /** The checked sample. Throws FormatError with the location. */
  sample(): Sample;
  /** The record as it is in the file, for who wants to mend it. Throws FormatError where it cannot be read at all. */
  value(): unknown;
  /** Share of the file that was read with this record, about; 0 to 1, for a progress bar. */
  readonly done: number;
}
