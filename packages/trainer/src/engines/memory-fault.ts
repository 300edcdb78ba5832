import { TrainerError } from '../errors.ts';

/** What engines throw where the wasm module runs out of memory in the middle of a computation. */
const WASM_FAULT = /memory access out of bounds|Memory\.grow|Aborted\(OOM\)|could not allocate memory/i;

/** What TensorFlow says where a device has no memory left: its code for it, an allocation, and a copy from the host to a GPU. */
const NATIVE_FAULT = /Invalid TF_Status: 8\b|OOM when allocating|Dst tensor is not initialized/;

/** Whether an error means that the wasm module is out of memory. Then it cannot free anything either. */
export function isWasmFault(error: unknown): boolean {
  return matches(error, WASM_FAULT);
}

/**
 * The error to throw on for one that came out of a computation: `out_of_memory` where memory ran out, which estimates before the run did not
 * foresee; any other as it is.
 */
export function nameMemoryFault(error: unknown): unknown {
  if (matches(error, WASM_FAULT))
    return outOfMemory(
      error,
      'The wasm backend has used up its memory of 4 GB',
      'Lower engine.tokensPerMicroBatch, or use a native backend.',
    );
  if (matches(error, NATIVE_FAULT))
    return outOfMemory(
      error,
      'The device has no memory left',
      'Lower engine.tokensPerMicroBatch, set engine.gradientCheckpointing, or hold moments and gradients on the host with engine.optimizer=host.',
    );
  return error;
}

function outOfMemory(cause: Error, what: string, remedy: string): TrainerError {
  return new TrainerError('out_of_memory', `${what} (${cause.message.replaceAll('\n', ' ')}). ${remedy}`, { cause });
}

function matches(error: unknown, fault: RegExp): error is Error {
  return error instanceof Error && !(error instanceof TrainerError) && fault.test(error.message);
}
