// What a converter is. A converter is a pure function from one row of a public data set, or of another trainer's file, to samples; where the
// rows come from (JSON lines, Parquet, a folder) is left to the caller, so that converters run in a browser too.
import type { Sample } from '../sample.ts';

/** One row of a foreign data set, as JSON has it; image bytes may be a Uint8Array. */
export type DataRow = Readonly<Record<string, unknown>>;

/** What a converter knows beside the row. */
export interface ConvertContext {
  /** File and line or row, for messages. */
  readonly location: string;
  /** Place of the row in its file, from 0; part of an id where the row has none. */
  readonly index: number;
  /** `data_source` of the samples where the row names none; the converter's own name where absent. */
  readonly source?: string | undefined;
  /** `extra_info.split` of the samples. */
  readonly split?: string | undefined;
  /** Who scores rows of trainers whose files name no verifier; `mathverify` where absent. */
  readonly verifier?: string | undefined;
}

/** A data set that can be converted. */
export interface Converter {
  readonly name: string;
  /** What a row looks like, in one line, for `--help` and messages. */
  readonly rowFormat: string;
  /** The rows of a file that is one JSON document, such as COCO's; absent where a file has one row a line. */
  readonly rows?: (document: unknown, location: string) => Iterable<DataRow>;
  /** The samples of a row: none where it asks nothing that can be scored. Throws FormatError with location and pointer. */
  readonly convert: (row: DataRow, context: ConvertContext) => Sample[];
}
