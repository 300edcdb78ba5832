/**
 * What went wrong, for branching in code:
 * - `invalid_record`: a metric or rollout record does not fit its schema, or its value is not finite
 * - `late_record`: a rollout arrived for a step whose aggregates are already written
 * - `sink_failed`: a sink threw; the other sinks have been served
 * - `corrupt_file`: a file of records holds a line that is not a record
 * - `invalid_argument`: an option of this package's functions is out of range
 * - `closed`: the monitor or sink is used after `close()`
 */
export type MonitorErrorCode = 'invalid_record' | 'late_record' | 'sink_failed' | 'corrupt_file' | 'invalid_argument' | 'closed';

/** The one error class of this package; branch on `code`. */
export class MonitorError extends Error {
  readonly code: MonitorErrorCode;

  constructor(code: MonitorErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MonitorError';
    this.code = code;
  }
}
