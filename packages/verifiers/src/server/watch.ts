/**
 * Decides which workers to end, from what the lanes and the process report. Time: an item over the deadline. Memory: what all workers
 * hold together is all that can be measured from outside a busy thread, so the growth since an item began is held against it.
 * V8's own limit per thread is no help: when one allocation passes it, V8 ends the whole process.
 */
import { FINISHED, NOT_STARTED } from './beacon.ts';

/** Why a worker was ended by the watch. */
export type EndReason = 'deadline' | 'memory' | 'start';

/** What the watch sees of a lane. */
export interface Watched {
  /** The chunk in flight: when it was sent, and the item at hand (or a mark of `beacon.ts`) with the time that it began. */
  flight(): { readonly posted: number; readonly index: number; readonly since: number } | undefined;
  /** Ends the worker; `index` is the item it is blamed on. */
  end(reason: EndReason, index: number): void;
}

/** What one item, or the start of a thread, may take. */
export interface WatchLimits {
  /** For one item, from the moment its verifier is called. */
  readonly deadlineMs: number;
  /** For a thread to load its verifiers. */
  readonly startMs: number;
  /** Growth while one item runs. */
  readonly memoryMb: number;
}

/** Where the watch looks. */
export interface WatchSources {
  /** Milliseconds of the clock that the lanes use. */
  readonly now: () => number;
  /** Megabytes that all workers hold together. */
  readonly usedMb: () => number;
}

// What the heap of a worker may grow by as it warms up, while an item on another one runs for long.
const WARM_UP_MB = 32;
// Younger items are not measured: reading the memory of the process costs more than nearly all items do.
const MEASURED_FROM_MS = 10;

interface Baseline {
  readonly since: number;
  readonly mb: number;
}

/** A function to be called every few milliseconds. */
export function createWatch(lanes: readonly Watched[], limits: WatchLimits, sources: WatchSources): () => void {
  const baselines = new Map<Watched, Baseline>();
  const allowedMb = limits.memoryMb + WARM_UP_MB * (lanes.length - 1);
  return () => {
    const now = sources.now();
    const measured: { lane: Watched; index: number; since: number }[] = [];
    for (const lane of lanes) {
      const { posted, index, since } = lane.flight() ?? { posted: now, index: FINISHED, since: now };
      if (index === FINISHED) continue;
      if (index === NOT_STARTED) {
        if (now - posted > limits.startMs) lane.end('start', index);
      } else if (now - since > limits.deadlineMs) lane.end('deadline', index);
      else if (now - since > MEASURED_FROM_MS) measured.push({ lane, index, since });
    }
    if (measured.length === 0) return;
    const used = sources.usedMb();
    const grown = ({ lane, since }: { lane: Watched; since: number }): number => {
      const known = baselines.get(lane);
      const base = known?.since === since ? known : { since, mb: used };
      baselines.set(lane, base);
      return used - base.mb;
    };
    // Of two that saw the growth, it is the later one's: had it been the earlier one's, that one had passed the limit alone before.
    const guilty = measured.filter((item) => grown(item) > allowedMb).sort((a, b) => b.since - a.since)[0];
    guilty?.lane.end('memory', guilty.index);
  };
}

/** Megabytes of this process that are not the calling thread's own heap and buffers. */
export function otherThreadsMb(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return (rss - heapTotal - external) / 2 ** 20;
}
