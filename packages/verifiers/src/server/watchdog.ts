/**
 * Decides which workers to end: for the deadline of one item, for the time a worker takes to load, and for memory. From outside a busy
 * thread only the memory of all workers together can be measured, so an item is blamed for the growth since it began. V8's own limit
 * per thread is no help: when a single allocation passes it, V8 ends the whole process.
 */
import type { PoolOptions } from './pool-options.ts';

/** Mark of a task whose worker has not begun with the first item. */
export const NOT_STARTED = -1;
/** Mark of a task whose items are all scored; the answer is on the way. */
export const FINISHED = -2;

/** Why the watchdog ended a worker. */
export type EndReason = 'deadline' | 'memory' | 'start';

/** A task in a worker. */
export interface WatchedTask {
  /** Index of the current item, or one of the marks above. */
  current(): number;
  /** Ends the worker and blames the item at `index`. */
  end(reason: EndReason, index: number): void;
}

type Limits = Pick<PoolOptions, 'deadlineMs' | 'startMs' | 'memoryMb' | 'workers'>;

// The heap of another worker may grow by this much as it warms up, while a slow item runs here.
const WARM_UP_MB = 32;

// Where the process was suspended, the next look comes late, and no item has had that time. So much of it counts.
const LONGEST_GAP_MS = 250;

/**
 * One look at all tasks, to be called every few milliseconds with what a clock says. An item's time runs from the first look that sees it, and
 * stands still while the process is suspended.
 */
export function createWatchdog(tasks: Iterable<WatchedTask>, limits: Limits, usedMb = otherThreadsMb): (clock: number) => void {
  const seen = new WeakMap<WatchedTask, { readonly index: number; readonly since: number; readonly mb: number }>();
  const allowedMb = limits.memoryMb + WARM_UP_MB * (limits.workers - 1);
  let now = 0;
  let last: number | undefined;
  return (clock) => {
    now += last === undefined ? 0 : Math.min(clock - last, LONGEST_GAP_MS);
    last = clock;
    const used = usedMb();
    const grown: { readonly task: WatchedTask; readonly index: number; readonly since: number; readonly mb: number }[] = [];
    for (const task of tasks) {
      const index = task.current();
      const begun = seen.get(task);
      if (begun?.index !== index) seen.set(task, { index, since: now, mb: used });
      else if (index === NOT_STARTED && now - begun.since > limits.startMs) task.end('start', index);
      else if (index >= 0 && now - begun.since > limits.deadlineMs) task.end('deadline', index);
      else if (index >= 0 && used - begun.mb > allowedMb / 2) grown.push({ task, index, since: begun.since, mb: used - begun.mb });
    }
    if (!grown.some(({ mb }) => mb > allowedMb)) return;
    // Of those that saw most of the growth the latest caused it: an earlier one would have passed the limit alone before.
    const [latest] = grown.sort((a, b) => b.since - a.since);
    latest?.task.end('memory', latest.index);
  };
}

/** Megabytes of this process outside the calling thread's own heap and buffers. */
function otherThreadsMb(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return (rss - heapTotal - external) / 2 ** 20;
}
