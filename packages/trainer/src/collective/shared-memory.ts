/**
 * A collective over memory that worker threads share. Each rank writes its values into its own lane, waits for the others and adds the
 * lanes up in rank order. Waiting blocks the thread; a rank that fails sets the abort flag, so that nobody waits for ever.
 */
import { TrainerError } from '../errors.ts';
import type { Collective } from './collective.ts';

/** The memory behind a group of ranks; can be posted to worker threads. */
export interface SharedRegion {
  size: number;
  /** Floats that one lane holds. */
  capacity: number;
  control: SharedArrayBuffer;
  lanes: SharedArrayBuffer;
}

const ARRIVED = 0;
const GENERATION = 1;
const ABORTED = 2;
const WAIT_SLICE_MS = 1000;

/** Reserves memory for `size` ranks that exchange at most `capacity` floats in one piece (longer arrays go in pieces). */
export function createSharedRegion(size: number, capacity: number): SharedRegion {
  return { size, capacity, control: new SharedArrayBuffer(12), lanes: new SharedArrayBuffer(size * capacity * 4) };
}

/** Wakes all waiting ranks with an error; called when one of them has failed. */
export function abortShared(region: SharedRegion): void {
  const control = new Int32Array(region.control);
  Atomics.store(control, ABORTED, 1);
  Atomics.notify(control, GENERATION);
}

/** The collective of one rank of a shared region. Throws `rank_failed` when another rank aborts. */
export function sharedCollective(region: SharedRegion, rank: number): Collective {
  const control = new Int32Array(region.control);
  const lanes = Array.from({ length: region.size }, (_, i) => new Float32Array(region.lanes, i * region.capacity * 4, region.capacity));
  const barrier = (): void => waitForAll(control, region.size);
  const exchange = (values: Float32Array, combine: (piece: Float32Array) => void): void => {
    for (let at = 0; at < values.length; at += region.capacity) {
      const piece = values.subarray(at, at + region.capacity);
      lanes[rank]?.set(piece);
      barrier();
      combine(piece);
      barrier();
    }
  };
  return {
    rank,
    size: region.size,
    barrier,
    allReduceSum: (values) => {
      exchange(values, (piece) => {
        piece.fill(0);
        for (const lane of lanes) for (let i = 0; i < piece.length; i++) piece[i] = piece[i]! + lane[i]!;
      });
    },
    broadcast: (values, root = 0) => {
      exchange(values, (piece) => piece.set((lanes[root] ?? piece).subarray(0, piece.length)));
    },
  };
}

function waitForAll(control: Int32Array, size: number): void {
  const generation = Atomics.load(control, GENERATION);
  if (Atomics.add(control, ARRIVED, 1) === size - 1) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    return;
  }
  while (Atomics.load(control, GENERATION) === generation) {
    if (Atomics.load(control, ABORTED) === 1) {
      throw new TrainerError(
        'rank_failed',
        'Another rank stopped while this one waited for it. See the error of that rank; resume from the last checkpoint.',
      );
    }
    Atomics.wait(control, GENERATION, generation, WAIT_SLICE_MS);
  }
}
