/**
 * Scoring in a pool of worker threads. A call is cut into chunks, and each chunk is one task of Piscina. A running verifier can only be
 * stopped by ending its thread, so that is what the watchdog does. The item that the thread was at fails. The others of its chunk are
 * scored again, which is safe because verifiers are pure. Left out: moving items of a running task to an idle worker.
 */
import pLimit from 'p-limit';
import type { RewardRequest, RewardResult } from '../contract.ts';
import { ServiceError } from '../service-error.ts';
import { readPoolOptions, type ScoringPoolOptions } from './pool-options.ts';
import { runTask } from './run-task.ts';
import { failedResult, type Scorer } from './scoring.ts';
import { startWorkers } from './start-workers.ts';
import { createWatchdog, type WatchedTask } from './watchdog.ts';

const WATCH_MS = 20;
// How often a chunk goes to another worker when workers end before they begin with it.
const MOST_STARTS = 3;

/**
 * Starts the workers and loads the verifiers in each. Closing the pool ends its workers at once and rejects the calls that wait.
 *
 * @throws VerifierError `invalid_plugin` or `duplicate_verifier` when a plug-in cannot be used; ServiceError `invalid_options`.
 */
export async function createScoringPool(given: ScoringPoolOptions = {}): Promise<Scorer> {
  const options = readPoolOptions(given);
  const { workers, chunkSize, maxQueued } = options;
  const { piscina, verifiers } = await startWorkers(options);
  const tasks = new Set<WatchedTask>();
  const watch = createWatchdog(tasks, options);
  const timer = setInterval(() => watch(performance.now()), WATCH_MS).unref();
  const state = { queued: 0, running: 0, replaced: 0, closed: false };
  // A worker may end while idle, for example by a timer that a plug-in has set. It had no item to lose.
  piscina.on('error', () => (state.replaced += 1));
  // As many tasks as workers: a task's time then begins with its worker and not in a queue of Piscina.
  const limited = pLimit(workers);
  const closed = (): ServiceError => new ServiceError('closed', 'The scoring pool is closed. Create another one.');
  const scoreChunk = async (requests: readonly RewardRequest[], starts = 1): Promise<RewardResult[]> => {
    const count = requests.length;
    if (count === 0) return [];
    state.queued += count;
    const outcome = await limited(() => {
      state.queued -= count;
      state.running += count;
      return runTask(requests, { piscina, tasks, options }).finally(() => (state.running -= count));
    });
    if (state.closed) throw closed();
    if (!('code' in outcome)) return outcome;
    const { index, code, message } = outcome;
    if (code !== 'invalid_request') state.replaced += 1;
    if (index < 0 && starts < MOST_STARTS) return scoreChunk(requests, starts + 1);
    if (index < 0) return requests.map((request) => failedResult(request, code, `Not scored in ${starts} tries. The last: ${message}`));
    const rest = [requests.slice(0, index), requests.slice(index + 1)].map((part) => scoreChunk(part));
    const [before = [], after = []] = await Promise.all(rest);
    return [...before, failedResult(requests[index], code, message), ...after];
  };

  return {
    verifiers,
    score: async (requests) => {
      if (state.closed) throw closed();
      if (state.queued + requests.length > maxQueued) {
        const most = `${state.queued} responses wait, and ${requests.length} more would pass the limit of ${maxQueued}.`;
        throw new ServiceError('overloaded', `${most} Ask again later, send fewer at once, or raise maxQueued.`);
      }
      // A small call is spread over all workers; of a large one no worker gets more than a chunk at once.
      const size = Math.min(chunkSize, Math.max(1, Math.ceil(requests.length / workers)));
      const starts = Array.from({ length: Math.ceil(requests.length / size) }, (_, chunk) => chunk * size);
      const results = await Promise.all(starts.map((start) => scoreChunk(requests.slice(start, start + size))));
      return results.flat().map((result, index) => withPlace(result, requests[index], index));
    },
    stats: () => ({ queued: state.queued, running: state.running, workers, replaced: state.replaced }),
    close: async () => {
      state.closed = true;
      clearInterval(timer);
      await piscina.destroy();
    },
  };
}

// An item without an id is named by its place in the call; the worker knows only its place in the task.
function withPlace(result: RewardResult, request: Partial<RewardRequest> | null | undefined, index: number): RewardResult {
  return typeof request?.id === 'string' ? result : { ...result, id: `#${index}` };
}
