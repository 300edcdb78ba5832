/**
 * The file that a worker thread starts from. It loads the verifiers once and scores one chunk a task. Before each item it marks the
 * item's index in shared memory, so that the main thread knows which item hangs or ends the thread. Deadlines are the watchdog's.
 */
import { workerData } from 'node:worker_threads';
import { builtins } from '../builtins/builtins.ts';
import type { RewardRequest, RewardResult } from '../contract.ts';
import { VerifierError } from '../errors.ts';
import { loadPlugins } from '../plugins.ts';
import { createRegistry, type Registry } from '../registry.ts';
import { score } from '../score.ts';
import type { PoolOptions } from './pool-options.ts';
import { describeVerifier, type VerifierDescription } from './scoring.ts';
import { FINISHED } from './watchdog.ts';

/** What a worker is started with. */
export type WorkerSetup = Pick<PoolOptions, 'plugins' | 'resolveFrom'>;

/** One task: a chunk of requests, and the index of the current item in shared memory. */
export type ScoreTask = { readonly requests: readonly RewardRequest[]; readonly mark: Int32Array };

/** What a worker can score with, or why it cannot. Errors lose their code between threads, so this is plain data. */
export type LoadReport = { readonly verifiers: readonly VerifierDescription[] } | { readonly code: unknown; readonly message: string };

const loading = loadRegistry();
// What went wrong is told to whoever asks. Unheard it would end this thread, and each one that takes its place.
loading.catch(() => undefined);

async function loadRegistry(): Promise<Registry> {
  const { plugins, ...from } = workerData as WorkerSetup;
  const loaded = await loadPlugins(plugins, from);
  return createRegistry([...builtins, ...loaded.flatMap(({ verifiers }) => verifiers)]);
}

/** Reports what this worker can score with. */
export async function describeVerifiers(): Promise<LoadReport> {
  try {
    const registry = await loading;
    const verifiers = registry.names.map((name) => describeVerifier(registry.get(name)));
    // Through JSON, because schemas of TypeBox have members that cannot be sent between threads.
    return { verifiers: JSON.parse(JSON.stringify(verifiers)) as VerifierDescription[] };
  } catch (error) {
    return error instanceof VerifierError ? { code: error.code, message: error.message } : { code: undefined, message: String(error) };
  }
}

/** Scores a chunk, one result for each request, in order. */
export async function scoreChunk({ requests, mark }: ScoreTask): Promise<RewardResult[]> {
  // The first workers did load, or there would be no pool. The next one may load again.
  const registry = await loading.catch(() => process.exit(1));
  const results: RewardResult[] = [];
  for (const [index, request] of requests.entries()) {
    Atomics.store(mark, 0, index);
    results.push(...(await score([request], { registry })));
  }
  Atomics.store(mark, 0, FINISHED);
  return results;
}
