/**
 * Scoring in a pool of worker threads. Calls are queued item by item and cut into chunks, so that many small calls share the cost
 * of a message and a large one is spread over all threads. Whatever ends a thread (deadline, memory, exit) costs the item that it
 * was at; the thread is replaced and the rest is scored again.
 */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { monotonicMs } from './beacon.ts';
import { createInlineTest } from './inline.ts';
import { createLane } from './lane.ts';
import { readPoolOptions, type PoolSettings, type ScoringPoolOptions } from './pool-options.ts';
import { createScheduler } from './scheduler.ts';
import type { WorkerSetup } from './score-worker.ts';
import type { Scorer } from './scoring.ts';
import { warmUp } from './warm-up.ts';
import { createWatch, otherThreadsMb } from './watch.ts';

// V8's limit for a thread lies this far above `memoryMb`: the watch ends a worker before, and V8 may end the process instead.
const HEADROOM_MB = 4096;

/**
 * Starts the threads and loads the verifiers in each. Closing the pool ends its threads at once and rejects the calls that wait.
 *
 * @throws VerifierError `invalid_plugin` or `duplicate_verifier` when a plug-in cannot be used; ServiceError `invalid_options`.
 */
export async function createScoringPool(options: ScoringPoolOptions = {}): Promise<Scorer> {
  const settings = readPoolOptions(options);
  const { workers, deadlineMs, maxChunk, maxQueued } = settings;
  const isInline = createInlineTest(settings.inline);
  const piscina = startThreads(settings);
  const verifiers = await warmUp(piscina, settings);
  const lanes = Array.from({ length: workers }, () => createLane(piscina, settings));
  const scheduler = createScheduler({ lanes, isInline, maxChunk, maxQueued });
  // A thread that dies while idle (a plug-in left something running) has no item to lose, and the pool has replaced it.
  let idleDeaths = 0;
  piscina.on('error', () => {
    idleDeaths += 1;
  });
  const watch = createWatch(lanes, settings, { now: monotonicMs, usedMb: otherThreadsMb });
  const timer = setInterval(watch, Math.min(25, Math.max(5, deadlineMs / 10)));
  timer.unref();
  return {
    verifiers,
    score: scheduler.score,
    stats: () => {
      const { queued, running, replaced } = scheduler.stats();
      return { queued, running, workers, replaced: replaced + idleDeaths };
    },
    close: async () => {
      clearInterval(timer);
      scheduler.close();
      await piscina.destroy();
    },
  };
}

function startThreads({ plugins, resolveFrom, workers, workerUrl, memoryMb }: PoolSettings): Piscina {
  const setup: WorkerSetup = { plugins, ...(resolveFrom === undefined ? {} : { resolveFrom }) };
  return new Piscina({
    filename: fileURLToPath(workerUrl),
    minThreads: workers,
    maxThreads: workers,
    workerData: setup,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb + HEADROOM_MB },
    recordTiming: false,
  });
}
