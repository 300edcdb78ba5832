import { fileURLToPath } from 'node:url';
import { at } from '@vtriune/format/at';
import { Piscina } from 'piscina';
import { VerifierError } from '../errors.ts';
import type { PoolOptions } from './pool-options.ts';
import type { LoadReport, WorkerSetup } from './score-worker.ts';
import type { VerifierDescription } from './scoring.ts';

// V8's own limit for a thread is this far above `memoryMb`: the watchdog must come first, since V8 may end the whole process.
const HEADROOM_MB = 4096;

/** The worker threads of a pool, and the verifiers that all of them have loaded. Throws VerifierError when one cannot load them. */
export async function startWorkers(options: PoolOptions): Promise<{ piscina: Piscina; verifiers: readonly VerifierDescription[] }> {
  const { plugins, resolveFrom, workers, workerUrl, memoryMb, startMs } = options;
  const workerData: WorkerSetup = { plugins, resolveFrom };
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb + HEADROOM_MB };
  const filename = fileURLToPath(workerUrl);
  const piscina = new Piscina({ filename, minThreads: workers, maxThreads: workers, workerData, resourceLimits, recordTiming: false });
  // Without a listener a worker that ends while it is idle or loads would end the process.
  piscina.on('error', () => undefined);
  try {
    const signal = AbortSignal.timeout(startMs);
    const ask = (): Promise<LoadReport> => piscina.run(undefined, { name: 'describeVerifiers', signal });
    const reports = await Promise.all(Array.from({ length: workers }, ask));
    return { piscina, verifiers: at(reports.map(verifiersIn), 0) };
  } catch (cause) {
    await piscina.destroy();
    throw cause instanceof VerifierError ? cause : crashError(cause, options);
  }
}

function verifiersIn(report: LoadReport): readonly VerifierDescription[] {
  if ('verifiers' in report) return report.verifiers;
  throw new VerifierError(report.code === 'duplicate_verifier' ? report.code : 'invalid_plugin', report.message);
}

function crashError(cause: unknown, { plugins, startMs }: PoolOptions): VerifierError {
  const late = cause instanceof Error && cause.name === 'AbortError';
  const reason = late ? `did not come back within ${startMs} ms` : cause instanceof Error ? cause.message : String(cause);
  const what = `A worker that loaded ${['the built-in verifiers', ...plugins].join(', ')}`;
  const advice = 'Import the plug-ins in a Node program of their own to see why, or leave one out.';
  return new VerifierError('invalid_plugin', `${what}: ${reason}. ${advice}`, { cause });
}
