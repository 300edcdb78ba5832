import { TrainerError } from '../errors.ts';

/** What engines throw where the wasm module runs out of memory in the middle of a computation. */
const FAULT = /memory access out of bounds|Memory\.grow|Aborted\(OOM\)|could not allocate memory/i;

/**
 * The error to throw on for one that came out of a computation: `out_of_memory` where the wasm module faulted, which estimates before the run
 * did not foresee; any other as it is.
 */
export function nameMemoryFault(error: unknown): unknown {
  if (error instanceof TrainerError || !(error instanceof Error) || !FAULT.test(error.message)) return error;
  return new TrainerError(
    'out_of_memory',
    `The wasm backend has used up its memory of 4 GB (${error.message}). Lower engine.tokensPerMicroBatch, or use a native backend.`,
    { cause: error },
  );
}
