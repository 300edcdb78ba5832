import type { RewardRequest, RewardResult } from '../contract.ts';

/** One request in the queue, and where its result belongs. */
export interface PendingItem {
  readonly request: RewardRequest;
  readonly index: number;
  readonly batch: PendingBatch;
  /** Threads that ended before they began with it. */
  starts: number;
}

/** One call of `score` that waits for results. */
export interface PendingBatch {
  readonly results: RewardResult[];
  missing: number;
  readonly resolve: (results: RewardResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The calls that wait: takes results in any order and answers each call once, in its own order. */
export interface Answers {
  /** A new call: its items, and the promise of its results. */
  open(requests: readonly RewardRequest[]): { items: readonly PendingItem[]; results: Promise<RewardResult[]> };
  /** The results of `items[from]`, `items[from + 1]` ... */
  deliver(items: readonly PendingItem[], from: number, results: readonly RewardResult[]): void;
  /** Ends every call that still waits. */
  rejectAll(error: Error): void;
}

/** No calls yet. */
export function createAnswers(): Answers {
  const waiting = new Set<PendingBatch>();
  const settle = (item: PendingItem, result: RewardResult): void => {
    const { batch } = item;
    // The first result stands, whatever comes later.
    if (batch.results[item.index] !== undefined) return;
    batch.results[item.index] = withIndex(item, result);
    batch.missing -= 1;
    if (batch.missing === 0 && waiting.delete(batch)) batch.resolve(batch.results);
  };
  return {
    open: (requests) => {
      const items: PendingItem[] = [];
      const results = new Promise<RewardResult[]>((resolve, reject) => {
        const batch: PendingBatch = { results: new Array<RewardResult>(requests.length), missing: requests.length, resolve, reject };
        requests.forEach((request, index) => items.push({ request, index, batch, starts: 0 }));
        waiting.add(batch);
      });
      return { items, results };
    },
    deliver: (items, from, results) => {
      results.forEach((result, offset) => {
        const item = items[from + offset];
        if (item !== undefined) settle(item, result);
      });
    },
    rejectAll: (error) => {
      for (const batch of waiting) batch.reject(error);
      waiting.clear();
    },
  };
}

// A worker knows the place in its chunk, and an item without an id is named by its place in the call.
function withIndex({ request, index }: PendingItem, result: RewardResult): RewardResult {
  const given: Partial<RewardRequest> | null | undefined = request;
  return typeof given?.id === 'string' ? result : { ...result, id: `#${index}` };
}
