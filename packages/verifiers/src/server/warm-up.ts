import type { Piscina } from 'piscina';
import { VerifierError, type VerifierErrorCode } from '../errors.ts';
import type { PoolSettings } from './pool-options.ts';
import type { LoadReport } from './score-worker.ts';
import type { VerifierDescription } from './scoring.ts';

/**
 * Waits until every thread has loaded its verifiers, and says which they are. Destroys the pool when one cannot.
 *
 * @throws VerifierError with the plug-in's own code and message, or `invalid_plugin` when it ended its thread or never came back.
 */
export async function warmUp(piscina: Piscina, settings: PoolSettings): Promise<readonly VerifierDescription[]> {
  // Without a listener the end of a thread while it loads would end the process.
  piscina.on('error', () => undefined);
  try {
    const signal = AbortSignal.timeout(settings.startMs);
    const ask = (): Promise<LoadReport> => piscina.run(undefined, { name: 'describeVerifiers', signal });
    const reports = await Promise.all(Array.from({ length: settings.workers }, ask));
    return reports.map(readReport)[0] ?? [];
  } catch (error) {
    await piscina.destroy();
    throw error instanceof VerifierError ? error : crashError(error, settings);
  }
}

function readReport(report: LoadReport): readonly VerifierDescription[] {
  if ('verifiers' in report) return report.verifiers;
  throw new VerifierError(report.error.code as VerifierErrorCode, report.error.message);
}

function crashError(cause: unknown, { plugins, startMs }: PoolSettings): VerifierError {
  const named = plugins.length === 0 ? 'the built-in verifiers' : `the built-in verifiers and ${plugins.join(', ')}`;
  const aborted = cause instanceof Error && cause.name === 'AbortError';
  const reason = aborted ? `did not come back within ${startMs} ms` : cause instanceof Error ? cause.message : String(cause);
  const message = `A scoring worker that loaded ${named}: ${reason}. Import the plug-ins in a Node program of their own to see why, or leave one out.`;
  return new VerifierError('invalid_plugin', message, { cause });
}
