import type { RewardRequest, RewardResult } from '../contract.ts';
import type { Scores } from './scoring.ts';

/**
 * One request in the queue, and where its result belongs. A class, because V8 learns where object literals live long and then makes them in the old
 * generation at once: there a dead one keeps its request and its results until the next major collection, which was most of what the service promoted.
 */
export class PendingItem {
  readonly request: RewardRequest;
  readonly index: number;
  readonly batch: PendingBatch;
  /** Threads that ended before they began with it. */
  starts = 0;

  constructor(request: RewardRequest, index: number, batch: PendingBatch) {
    this.request = request;
    this.index = index;
    this.batch = batch;
  }
}

/** One call of `score` that waits for results. */
export interface PendingBatch {
  readonly results: RewardResult[];
  readonly texts: string[];
  missing: number;
  readonly resolve: (scores: Scores) => void;
  readonly reject: (error: unknown) => void;
}

/** The calls that wait: takes results in any order and answers each call once, in its own order. */
export interface Answers {
  /** A new call: its items, and the promise of its results. */
  open(requests: readonly RewardRequest[]): { items: readonly PendingItem[]; scores: Promise<Scores> };
  /** The results of `items[from]`, `items[from + 1]` ... */
  deliver(items: readonly PendingItem[], from: number, scores: Scores): void;
  /** Ends every call that still waits. */
  rejectAll(error: Error): void;
}

/** No calls yet. */
export function createAnswers(): Answers {
  const waiting = new Set<PendingBatch>();
  const settle = ({ request, index, batch }: PendingItem, result: RewardResult, text: string): void => {
    // The first result stands, whatever comes later.
    if (batch.results[index] !== undefined) return;
    const own = hasId(request) ? result : { ...result, id: `#${index}` };
    batch.results[index] = own;
    batch.texts[index] = own === result ? text : JSON.stringify(own);
    batch.missing -= 1;
    if (batch.missing === 0 && waiting.delete(batch)) batch.resolve(batch);
  };
  return {
    open: (requests) => {
      const items: PendingItem[] = [];
      const scores = new Promise<Scores>((resolve, reject) => {
        const count = requests.length;
        const batch: PendingBatch = {
          results: new Array<RewardResult>(count),
          texts: new Array<string>(count),
          missing: count,
          resolve,
          reject,
        };
        requests.forEach((request, index) => items.push(new PendingItem(request, index, batch)));
        waiting.add(batch);
      });
      return { items, scores };
    },
    deliver: (items, from, { results, texts }) => {
      results.forEach((result, offset) => {
        const item = items[from + offset];
        if (item !== undefined) settle(item, result, texts[offset] ?? JSON.stringify(result));
      });
    },
    rejectAll: (error) => {
      for (const batch of waiting) batch.reject(error);
      waiting.clear();
    },
  };
}

// A worker knows the place in its chunk, and an item without an id is named by its place in the call.
function hasId(request: Partial<RewardRequest> | null | undefined): boolean {
  return typeof request?.id === 'string';
}
