/**
 * From calls to chunks and back: queues items, hands chunks to idle lanes, scores what is cheap on the main thread, and puts back
 * what an ended worker left unanswered. Threads are in `lane.ts`, options in `pool-options.ts`.
 */
import type { FailedResult, RewardRequest } from '../contract.ts';
import { score } from '../score.ts';
import { createAnswers, type Answers, type PendingItem } from './answers.ts';
import { chunkSize, createItemQueue, failedResult, settleChunk, updateItemMs, type ChunkOutcome } from './chunks.ts';
import { MAX_INLINE_ITEMS } from './inline.ts';
import type { Lane } from './lane.ts';
import { toScores, type Scores, type ScorerStats } from './scoring.ts';
import { ServiceError } from './service-error.ts';

/** Threads that may end before they begin with an item until the item fails. */
const MAX_STARTS = 3;

/** What a scheduler works with. */
export interface SchedulerParts {
  readonly lanes: readonly Lane[];
  readonly isInline: (request: RewardRequest) => boolean;
  readonly maxChunk: number;
  readonly maxQueued: number;
}

/** Takes calls and answers each once, in order. */
export interface Scheduler {
  score(requests: readonly RewardRequest[]): Promise<Scores>;
  stats(): Pick<ScorerStats, 'queued' | 'running' | 'replaced'>;
  /** Rejects every open call and every later one with `closed`. */
  close(): void;
}

/** A scheduler over lanes that are all idle. */
export function createScheduler({ lanes, isInline, maxChunk, maxQueued }: SchedulerParts): Scheduler {
  const answers = createAnswers();
  const queue = createItemQueue<PendingItem>();
  const idle = [...lanes];
  const state = { scheduled: false, running: 0, replaced: 0, closed: false, itemMs: 0 };

  const runChunk = async (lane: Lane, items: readonly PendingItem[]): Promise<void> => {
    state.running += items.length;
    const { outcome, lost } = await lane.run(items.map(({ request }) => request));
    state.running -= items.length;
    if (state.closed) return;
    if (lost) state.replaced += 1;
    const { from, scores, again } = settleChunk(items, outcome);
    answers.deliver(items, from, scores);
    state.itemMs = updateItemMs(state.itemMs, scores.results);
    const begun = outcome.kind === 'scored' || scores.results.length > 0;
    const { tryAgain, failed } = begun ? { tryAgain: again, failed: [] } : countStart(again);
    for (const item of failed) answers.deliver([item], 0, toScores([neverBegun(item, outcome)]));
    queue.putBack(tryAgain);
    idle.push(lane);
    pump();
  };
  const pump = (): void => {
    while (queue.size > 0) {
      const lane = idle.pop();
      if (lane === undefined) return;
      void runChunk(lane, queue.take(chunkSize({ queued: queue.size, workers: lanes.length, maxChunk, itemMs: state.itemMs })));
    }
  };
  // All calls of one turn of the event loop are in the queue by now, and share chunks.
  const turn = (): void => {
    state.scheduled = false;
    if (queue.size <= MAX_INLINE_ITEMS) {
      const { here, away } = splitItems(queue.take(queue.size), isInline);
      queue.putBack(away);
      void scoreHere(answers, here);
    }
    pump();
  };

  return {
    score: async (requests) => {
      if (state.closed) throw closedError();
      if (requests.length === 0) return toScores([]);
      if (queue.size + requests.length > maxQueued) throw overloadedError(queue.size, requests.length, maxQueued);
      const { items, scores } = answers.open(requests);
      for (const item of items) queue.push(item);
      if (!state.scheduled) setImmediate(turn);
      state.scheduled = true;
      return scores;
    },
    stats: () => ({ queued: queue.size, running: state.running, replaced: state.replaced }),
    close: () => {
      state.closed = true;
      answers.rejectAll(closedError());
    },
  };
}

function splitItems(items: readonly PendingItem[], isInline: SchedulerParts['isInline']): { here: PendingItem[]; away: PendingItem[] } {
  const here: PendingItem[] = [];
  const away: PendingItem[] = [];
  for (const item of items) (isInline(item.request) ? here : away).push(item);
  return { here, away };
}

async function scoreHere(answers: Answers, items: readonly PendingItem[]): Promise<void> {
  if (items.length > 0) answers.deliver(items, 0, toScores(await score(items.map(({ request }) => request))));
}

// A plug-in that broke after the pool was started must not hold items for ever.
function countStart(items: readonly PendingItem[]): { tryAgain: readonly PendingItem[]; failed: readonly PendingItem[] } {
  for (const item of items) item.starts += 1;
  const tryAgain = items.filter(({ starts }) => starts < MAX_STARTS);
  return { tryAgain, failed: items.filter(({ starts }) => starts >= MAX_STARTS) };
}

function neverBegun({ request }: PendingItem, outcome: ChunkOutcome): FailedResult {
  const why = outcome.kind === 'ended' ? outcome.message : 'no result';
  return failedResult(request, 'verifier_error', `No worker came to score this item in ${MAX_STARTS} tries. The last time: ${why}`);
}

function closedError(): ServiceError {
  return new ServiceError('closed', 'The scoring pool is closed. Create another one.');
}

function overloadedError(queued: number, count: number, most: number): ServiceError {
  const message = `${queued} items are waiting and ${count} more would be over the limit of ${most}. Ask again later, send fewer at once, or raise maxQueued.`;
  return new ServiceError('overloaded', message);
}
