/**
 * What went wrong, for code to branch on:
 * - `usage`: the command line asks for something that does not exist; exit code 2, as for the next one
 * - `invalid_recipe`: a recipe cannot be read, or a setting is unknown or out of range
 * - `run_exists`: the run folder holds a run already, or there is none to resume, or it was made from another recipe
 * - `run_locked`: another process works in the run folder
 * - `invalid_data`: a data file or a folder to convert is not what it should be
 * - `invalid_run`: a file of a run folder is damaged
 * - `unwritable`: a file of a run folder cannot be written, for example since the disk is full
 * - `diverged`: a weight is no longer finite, or the policy has collapsed; the last checkpoint from before is whole
 * - `evaluation_failed`: too many responses of an evaluation could not be scored
 * - `cluster`: a Ray cluster cannot be reached, or does not do what it is asked to
 */
export type OrstaErrorCode =
  | 'usage'
  | 'invalid_recipe'
  | 'run_exists'
  | 'run_locked'
  | 'invalid_data'
  | 'invalid_run'
  | 'unwritable'
  | 'diverged'
  | 'evaluation_failed'
  | 'cluster';

/** The one error class of the app; branch on `code`. */
export class OrstaError extends Error {
  readonly code: OrstaErrorCode;

  constructor(code: OrstaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OrstaError';
    this.code = code;
  }
}

const USAGE_CODES: ReadonlySet<string> = new Set<OrstaErrorCode>(['usage', 'invalid_recipe']);

/** Whether the user has to change what was asked for (exit code 2), not how it went (exit code 1). */
export function isUsageError(error: unknown): boolean {
  return error instanceof OrstaError && USAGE_CODES.has(error.code);
}
