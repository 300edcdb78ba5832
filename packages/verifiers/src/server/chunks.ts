/**
 * How requests are cut into chunks for the workers, and what an ended worker means for the items it had. Plain data in and out:
 * threads and clocks are in `pool.ts`.
 */
import type { FailedResult, FailureCode, RewardRequest, RewardResult } from '../contract.ts';
import { toScores, type Scores } from './scoring.ts';

/** Items in order of arrival; what came back unanswered goes first. */
export interface ItemQueue<Item> {
  readonly size: number;
  push(item: Item): void;
  /** At most `count` items, taken out. */
  take(count: number): Item[];
  /** Items that are to be taken next, in this order. */
  putBack(items: readonly Item[]): void;
}

// Taken items stay in the array until they are this many, so that taking costs no copy of the rest.
const COMPACT_FROM = 4096;

/** An empty queue. */
export function createItemQueue<Item>(): ItemQueue<Item> {
  let items: Item[] = [];
  let first = 0;
  let again: Item[] = [];
  const takeFresh = (count: number): Item[] => {
    const taken = items.slice(first, first + count);
    first += taken.length;
    if (first === items.length) [items, first] = [[], 0];
    else if (first >= COMPACT_FROM) [items, first] = [items.slice(first), 0];
    return taken;
  };
  return {
    get size() {
      return again.length + items.length - first;
    },
    push: (item) => {
      items.push(item);
    },
    take: (count) => {
      if (again.length === 0) return takeFresh(count);
      const taken = again.slice(0, count);
      again = again.slice(count);
      return taken.length < count ? [...taken, ...takeFresh(count - taken.length)] : taken;
    },
    putBack: (back) => {
      again = [...back, ...again];
    },
  };
}

/** What the size of a chunk depends on. */
export interface ChunkSizing {
  readonly queued: number;
  readonly workers: number;
  readonly maxChunk: number;
  /** Milliseconds that items took of late. */
  readonly itemMs: number;
}

// Waking a worker costs some 50 microseconds, so that a chunk should last for several times that.
const WORTH_A_WORKER_MS = 0.5;

/** Items of the next chunk: an even share for each worker, but as many as are worth waking one, and at most `maxChunk`. */
export function chunkSize({ queued, workers, maxChunk, itemMs }: ChunkSizing): number {
  const worth = itemMs > 0 ? Math.ceil(WORTH_A_WORKER_MS / itemMs) : 1;
  return Math.min(maxChunk, queued, Math.max(worth, Math.ceil(queued / workers)));
}

/** The running mean of milliseconds per item, after a chunk with these results; failed ones do not tell their time. */
export function updateItemMs(itemMs: number, results: readonly RewardResult[]): number {
  const times = results.flatMap((result) => (result.status === 'scored' ? [result.elapsed_ms] : []));
  if (times.length === 0) return itemMs;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  // Slower at once, faster by and by: too large a chunk delays others, too small a one only costs a little.
  return Math.max(mean, 0.9 * itemMs + 0.1 * mean);
}

/** How a worker answered a chunk: with the results of its first items, or by ending at item `current`. */
export type ChunkOutcome =
  | { readonly kind: 'scored'; readonly scores: Scores }
  | { readonly kind: 'ended'; readonly current: number; readonly code: FailureCode; readonly message: string };

/** The results of the items from `from` on, and the items that have none yet. */
export interface Settlement<Item> {
  readonly from: number;
  readonly scores: Scores;
  readonly again: readonly Item[];
}

/**
 * Who gets which result. An ended worker costs the item that it was at, and no other: verifiers are pure, so what it had finished
 * without telling is scored again.
 */
export function settleChunk<Item extends { readonly request: RewardRequest }>(
  items: readonly Item[],
  outcome: ChunkOutcome,
): Settlement<Item> {
  if (outcome.kind === 'scored') {
    const { scores } = outcome;
    return { from: 0, scores, again: items.slice(scores.results.length) };
  }
  const { current, code, message } = outcome;
  const item = items[current];
  if (item === undefined) return { from: 0, scores: toScores([]), again: items };
  const again = [...items.slice(0, current), ...items.slice(current + 1)];
  return { from: current, scores: toScores([failedResult(item.request, code, message)]), again };
}

/** A failure with what can be read of the request, which may be anything. */
export function failedResult(request: unknown, code: FailureCode, message: string): FailedResult {
  const fields: Readonly<Record<string, unknown>> = typeof request === 'object' && request !== null ? { ...request } : {};
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : 'unknown');
  const { id } = fields;
  return {
    id: typeof id === 'string' ? id : '#0',
    data_source: text('data_source'),
    verifier: text('verifier'),
    status: 'failed',
    error: { code, message },
  };
}
