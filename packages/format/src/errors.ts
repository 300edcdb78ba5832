/**
 * What went wrong, for branching in code:
 * - `invalid_json`: a line or a label is not JSON
 * - `invalid_sample`: a value does not fit the Sample schema
 * - `unknown_key`: a key looks like a misspelled field of ours
 * - `image_mismatch`: the number of `<image>` marks differs from the number of images, or an image has neither bytes nor path
 * - `missing_verifier`: neither `reward_model.verifier` nor `reward_model.rewards` says who scores the sample
 * - `invalid_envelope`: a trainer's label is meant as an envelope but does not fit its schema
 * - `invalid_argument`: an option of this package's functions is out of range
 * - `incompatible_columns`: samples give one Parquet column two types
 * - `unreadable_file`: a file cannot be opened or is not what its name says
 */
export type FormatErrorCode =
  | 'invalid_json'
  | 'invalid_sample'
  | 'unknown_key'
  | 'image_mismatch'
  | 'missing_verifier'
  | 'invalid_envelope'
  | 'invalid_argument'
  | 'incompatible_columns'
  | 'unreadable_file';

/** Where an error was found: the file and line (or row), and the JSON pointer inside the record. */
export interface FormatErrorDetails {
  readonly location?: string | undefined;
  readonly pointer?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class of this package; branch on `code`. */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  /** File and line or row, e.g. `train.jsonl:12`; undefined when the value did not come from a file. */
  readonly location: string | undefined;
  /** JSON pointer into the record, e.g. `/reward_model/accuracy_ratio`; undefined when the record as a whole is meant. */
  readonly pointer: string | undefined;

  constructor(code: FormatErrorCode, message: string, details: FormatErrorDetails = {}) {
    super(details.location === undefined ? message : `${details.location}: ${message}`, { cause: details.cause });
    this.name = 'FormatError';
    this.code = code;
    this.location = details.location;
    this.pointer = details.pointer;
  }
}
