/**
 * The file that a scoring thread starts from. Verifiers are loaded once; a chunk is scored item by item, with a mark in shared
 * memory before each, so that the main thread knows which item hangs or brings the thread down. No deadline is kept here.
 */
import { workerData } from 'node:worker_threads';
import { builtins } from '../builtins/builtins.ts';
import type { RewardRequest } from '../contract.ts';
import { VerifierError } from '../errors.ts';
import { loadPlugins } from '../plugins.ts';
import { createRegistry, type Registry } from '../registry.ts';
import { score } from '../score.ts';
import { createBeacon, FINISHED } from './beacon.ts';
import { describeVerifier, type VerifierDescription } from './scoring.ts';

/** What a thread is started with. */
export interface WorkerSetup {
  readonly plugins: readonly string[];
  readonly resolveFrom?: string;
}

/** A part of the queue. */
export interface ChunkJob {
  /** A list of reward requests, as JSON. */
  readonly requests: string;
  readonly beacon: SharedArrayBuffer;
  /** Milliseconds after which no further item is begun. */
  readonly budgetMs: number;
}

/** What loaded, or why it did not. Errors lose their code on the way between threads, so this is data. */
export type LoadReport =
  { readonly verifiers: readonly VerifierDescription[] } | { readonly error: { readonly code: string; readonly message: string } };

const loading = loadRegistry().then(
  (registry) => ({ registry }),
  (error: unknown) => ({ error }),
);

async function loadRegistry(): Promise<Registry> {
  const setup = workerData as WorkerSetup;
  const plugins = await loadPlugins(setup.plugins, setup.resolveFrom === undefined ? {} : { resolveFrom: setup.resolveFrom });
  return createRegistry([...builtins, ...plugins.flatMap(({ verifiers }) => verifiers)]);
}

/** Reports what this thread can score with. */
export async function describeVerifiers(): Promise<LoadReport> {
  const loaded = await loading;
  if ('error' in loaded) {
    const { error } = loaded;
    const code = error instanceof VerifierError ? error.code : 'invalid_plugin';
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
  const { registry } = loaded;
  // Through JSON, because a schema of TypeBox has members that cannot be sent between threads.
  const verifiers = registry.names.map((name) => describeVerifier(registry.get(name)));
  return { verifiers: JSON.parse(JSON.stringify(verifiers)) as VerifierDescription[] };
}

/** Scores a chunk: a result, as JSON, for each of its first items, and for all of them if the time is enough. */
export async function scoreChunk({ requests, beacon: memory, budgetMs }: ChunkJob): Promise<string[]> {
  const loaded = await loading;
  // The first threads loaded, or there would be no pool. What broke since then may be whole again for the next thread.
  if ('error' in loaded) process.exit(1);
  const { registry } = loaded;
  const beacon = createBeacon(memory);
  const texts: string[] = [];
  const started = performance.now();
  for (const request of JSON.parse(requests) as readonly RewardRequest[]) {
    if (texts.length > 0 && performance.now() - started > budgetMs) break;
    beacon.mark(texts.length);
    const [result] = await score([request], { registry });
    texts.push(JSON.stringify(result));
  }
  beacon.mark(FINISHED);
  return texts;
}
