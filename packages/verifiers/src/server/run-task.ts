/** One task: a chunk of requests in one worker, and which item is to blame when the worker ends. */
import type { Piscina } from 'piscina';
import type { RewardRequest, RewardResult } from '../contract.ts';
import type { PoolOptions } from './pool-options.ts';
import type { ScoreTask } from './score-worker.ts';
import { NOT_STARTED, type EndReason, type WatchedTask } from './watchdog.ts';

/** A task without results. `index` is the item to blame, or negative when the worker ended before its first item or after its last. */
export type TaskEnd = { readonly index: number; readonly code: 'timeout' | 'verifier_error' | 'invalid_request'; readonly message: string };

/** Where a task runs. While it does, it is in `tasks` for the watchdog. */
export type TaskPlace = { readonly piscina: Piscina; readonly tasks: Set<WatchedTask>; readonly options: PoolOptions };

/** Scores a chunk in a worker. Never rejects. */
export async function runTask(requests: readonly RewardRequest[], place: TaskPlace): Promise<RewardResult[] | TaskEnd> {
  const { piscina, tasks, options } = place;
  const mark = new Int32Array(new SharedArrayBuffer(4)).fill(NOT_STARTED);
  const controller = new AbortController();
  let ended: { readonly reason: EndReason; readonly index: number } | undefined;
  const task: WatchedTask = {
    current: () => Atomics.load(mark, 0),
    end: (reason, index) => {
      ended = { reason, index };
      tasks.delete(task);
      controller.abort();
    },
  };
  tasks.add(task);
  try {
    const job: ScoreTask = { requests, mark };
    return (await piscina.run(job, { name: 'scoreChunk', signal: controller.signal })) as RewardResult[];
  } catch (error) {
    const foreign = requests.findIndex((request) => !isCloneable(request));
    if (foreign >= 0) return { index: foreign, code: 'invalid_request', message: NOT_DATA };
    const index = ended?.index ?? task.current();
    // The request has not been checked, and may be anything.
    const blamed: Partial<RewardRequest> | null | undefined = requests[index];
    const message = describeEnd(`Verifier "${String(blamed?.verifier)}"`, ended?.reason ?? error, options);
    return { index, code: ended?.reason === 'deadline' ? 'timeout' : 'verifier_error', message };
  } finally {
    tasks.delete(task);
  }
}

function describeEnd(verifier: string, reason: unknown, { deadlineMs, startMs, memoryMb }: PoolOptions): string {
  if (reason === 'deadline')
    return `${verifier} gave no answer within ${deadlineMs} ms, and its worker was ended. Make it faster, or raise the deadline of the service (deadlineMs).`;
  if (reason === 'start')
    return `A worker did not load its verifiers within ${startMs} ms. Make the plug-ins load faster, or raise startMs.`;
  if (reason === 'memory' || (reason instanceof Error && 'code' in reason && reason.code === 'ERR_WORKER_OUT_OF_MEMORY'))
    return `${verifier} took more than ${memoryMb} MB of memory, and its worker was ended. Make it need less, or raise memoryMb of the service.`;
  return `${verifier} ended its worker (${reason instanceof Error ? reason.message : String(reason)}). A verifier must return or throw.`;
}

const NOT_DATA = 'The request holds a function or something else that cannot be sent to a worker. Send plain JSON data.';

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
