import { createContext, Script } from 'node:vm';
import { TrainerError } from '../errors.ts';

const CALL = new Script('call()');

/** Only a script that runs in a context can be given a time limit. Making a context takes longer than most of what runs in it, so there is one. */
const globals: { call?: () => void } = createContext({});

/** What a call is allowed, and what to name when it takes longer. */
export interface TimeLimit {
  readonly milliseconds: number;
  /** What was running, with what to do: the end of the message. */
  readonly what: string;
}

/**
 * Runs a function that works on text of others, such as a template or a regular expression, and ends it when it takes too long. Everything in
 * it must be synchronous. Throws `invalid_tokenizer` when the time is over, and what the function throws.
 */
export function withTimeLimit<T>(limit: TimeLimit, work: () => T): T {
  let result: { readonly value: T } | undefined;
  globals.call = () => {
    delete globals.call;
    result = { value: work() };
  };
  try {
    CALL.runInContext(globals, { timeout: limit.milliseconds });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new TrainerError('invalid_tokenizer', `After ${String(limit.milliseconds)} ms, ${limit.what}`, { cause: error });
  }
  if (result === undefined) throw new TrainerError('invalid_tokenizer', `Ended without a result: ${limit.what}`);
  return result.value;
}

/** The error is of the context's own realm, so that it is no instance of this one's `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
