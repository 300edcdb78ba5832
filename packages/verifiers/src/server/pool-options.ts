/** What a scoring pool can be told, and what holds when it is not. */
import { availableParallelism } from 'node:os';
import { DEFAULT_INLINE } from './inline.ts';
import { ServiceError } from './service-error.ts';

/** How a scoring pool works; every member has a default. */
export interface ScoringPoolOptions {
  /** Threads; one for each processor when absent. */
  readonly workers?: number;
  /** Plug-in packages by npm name or path, beside the built-in verifiers. They are imported in the threads only. */
  readonly plugins?: readonly string[];
  /** A file or folder of the project that has the plug-ins installed; the working directory when absent. */
  readonly resolveFrom?: string | URL;
  /** Milliseconds that one item may take in its verifier, waiting not counted; 5000 when absent. */
  readonly deadlineMs?: number;
  /** Milliseconds that a thread may take to load its verifiers; 30 000 when absent. */
  readonly startMs?: number;
  /** Items that may wait; more are refused with `overloaded`. 65 536 when absent. */
  readonly maxQueued?: number;
  /** Items that a thread gets at once, at most; 64 when absent. */
  readonly maxChunk?: number;
  /**
   * Built-in verifiers that are scored on the main thread while few items wait: `counting`, `choice`, `numeric`, `format` and
   * `click` when absent, whose work is bounded by the length of the texts. It saves a trip to a thread that costs more than they
   * do, for a few microseconds each in which the main thread does nothing else; `[]` sends everything to the threads.
   */
  readonly inline?: readonly string[];
  /**
   * Megabytes that the workers may grow by while one item runs, before that item's worker is ended; 512 when absent. One single
   * allocation of several gigabytes is faster than the watch, and V8 then ends the process: have it restarted by what started it.
   */
  readonly memoryMb?: number;
  /** The built file that threads start from; the package's own when absent. */
  readonly workerUrl?: URL;
}

/** The options with defaults filled in. */
export type PoolSettings = Required<Omit<ScoringPoolOptions, 'resolveFrom'>> & { readonly resolveFrom: string | undefined };

/** @throws ServiceError `invalid_options` for a number out of range. */
export function readPoolOptions(options: ScoringPoolOptions): PoolSettings {
  const { resolveFrom } = options;
  const atLeast = (
    name: 'workers' | 'deadlineMs' | 'startMs' | 'maxQueued' | 'maxChunk' | 'memoryMb',
    least: number,
    otherwise: number,
  ) => {
    const value = options[name] ?? otherwise;
    if (Number.isInteger(value) && value >= least) return value;
    throw new ServiceError('invalid_options', `${name} is ${String(value)}. It must be a whole number of at least ${least}.`);
  };
  return {
    workers: atLeast('workers', 1, availableParallelism()),
    plugins: options.plugins ?? [],
    resolveFrom: resolveFrom instanceof URL ? resolveFrom.href : resolveFrom,
    deadlineMs: atLeast('deadlineMs', 1, 5000),
    startMs: atLeast('startMs', 1, 30_000),
    maxQueued: atLeast('maxQueued', 1, 65_536),
    maxChunk: atLeast('maxChunk', 1, 64),
    inline: options.inline ?? DEFAULT_INLINE,
    // The start of a thread takes about 50 while others score.
    memoryMb: atLeast('memoryMb', 128, 512),
    workerUrl: options.workerUrl ?? new URL('./score-worker.js', import.meta.url),
  };
}
