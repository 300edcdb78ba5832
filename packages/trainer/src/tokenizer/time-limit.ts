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
 * it must be synchronous, and it must be possible to run it twice. Throws `invalid_tokenizer` when the time is over, and what the function throws.
 *
 * The clock also goes on while the process is suspended, as in a laptop that sleeps. A function that was ended is therefore run once more, and only
 * the second time counts.
 */
export function withTimeLimit<T>(limit: TimeLimit, work: () => T): T {
  const result = withinTime(limit, work) ?? withinTime(limit, work);
  if (result !== undefined) return result.value;
  throw new TrainerError('invalid_tokenizer', `After ${String(limit.milliseconds)} ms, ${limit.what}`);
}

/** What the function gives, or `undefined` where it was ended. */
function withinTime<T>({ milliseconds, what }: TimeLimit, work: () => T): { readonly value: T } | undefined {
  let result: { readonly value: T } | undefined;
  globals.call = () => {
    delete globals.call;
    result = { value: work() };
  };
  try {
    CALL.runInContext(globals, { timeout: milliseconds });
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
  if (result === undefined) throw new TrainerError('invalid_tokenizer', `Ended without a result: ${what}`);
  return result;
}

/** The error is of the context's own realm, so that it is no instance of this one's `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
