/**
 * Sixteen bytes that a worker and the main thread share for one chunk: which item the worker is at, and since when. They are how
 * the main thread sees that an item hangs while the worker can neither send nor receive.
 */

/** The worker has not begun. */
export const NOT_STARTED = -1;
/** The worker is through with the chunk, and its answer is on the way. */
export const FINISHED = -2;

const INDEX_BYTES = 8;

/** The shared bytes of one chunk. */
export interface Beacon {
  readonly memory: SharedArrayBuffer;
  /** The item at hand, or `NOT_STARTED`, or `FINISHED`. */
  index(): number;
  /** When the item at hand began, in milliseconds of `monotonicMs`. */
  since(): number;
  mark(index: number): void;
}

/** A view on shared bytes; new ones when none are given. */
export function createBeacon(memory: SharedArrayBuffer = new SharedArrayBuffer(2 * INDEX_BYTES)): Beacon {
  const index = new Int32Array(memory, 0, 1);
  const since = new Float64Array(memory, INDEX_BYTES, 1);
  return {
    memory,
    index: () => Atomics.load(index, 0),
    since: () => since[0] ?? 0,
    // The time first: a reader that sees the index sees its time or a later one, and so never takes an item for older than it is.
    mark: (value) => {
      since[0] = monotonicMs();
      Atomics.store(index, 0, value);
    },
  };
}

/** Milliseconds of a clock that all threads of the process share, unlike `performance.now`. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
