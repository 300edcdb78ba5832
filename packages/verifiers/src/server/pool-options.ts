import { availableParallelism } from 'node:os';
import { settings, SettingsError, withDefault, type SettingsInput } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { ServiceError } from '../service-error.ts';

function whole(minimum: number, description: string) {
  return Type.Integer({ minimum, description });
}

/** The settings of a scoring pool; `orsta serve` offers those that concern its users. */
export const PoolSettings = Type.Object({
  workers: Type.Optional(whole(1, 'Worker threads; one per core when absent.')),
  plugins: withDefault(Type.Array(Type.String({ minLength: 1 }), { description: 'Verifier packages, by npm name or path.' }), []),
  deadlineMs: withDefault(whole(1, 'Milliseconds one response may take in its verifier.'), 5000),
  startMs: withDefault(whole(1, 'Milliseconds a worker may take to load its verifiers.'), 30_000),
  maxQueued: withDefault(whole(1, 'Responses that may wait; more are refused.'), 65_536),
  chunkSize: withDefault(whole(1, 'Responses that a worker gets at once, at most.'), 32),
  memoryMb: withDefault(whole(128, 'Megabytes the workers may grow by during one response before its worker is ended.'), 512),
});

/** How a scoring pool works. A single allocation of several gigabytes is faster than the watchdog: V8 then ends the process. */
export interface ScoringPoolOptions extends SettingsInput<typeof PoolSettings> {
  /** A file or folder of the project that has the plug-ins installed; the working directory when absent. */
  readonly resolveFrom?: string | URL;
  /** The built file that workers start from; the package's own when absent. */
  readonly workerUrl?: URL;
}

/** The options with nothing left open. */
export type PoolOptions = Static<typeof PoolSettings> & { workers: number; resolveFrom: string; workerUrl: URL };

const { parse } = settings(PoolSettings);

/** Fills in the defaults. Throws ServiceError `invalid_options` for a value out of range. */
export function readPoolOptions({ resolveFrom, workerUrl, ...given }: ScoringPoolOptions): PoolOptions {
  try {
    const parsed = parse(given);
    return {
      ...parsed,
      workers: parsed.workers ?? availableParallelism(),
      resolveFrom: String(resolveFrom ?? process.cwd()),
      workerUrl: workerUrl ?? new URL('./score-worker.js', import.meta.url),
    };
  } catch (cause) {
    throw cause instanceof SettingsError ? new ServiceError('invalid_options', cause.message, { cause }) : cause;
  }
}
