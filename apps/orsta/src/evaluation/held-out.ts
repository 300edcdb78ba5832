import type { TrainingItem } from '@vtriune/trainer';

/** Samples to evaluate on. Each is loaded when its batch comes up, so that the images of a batch are in memory and not those of all. */
export interface HeldOut {
  readonly count: number;
  /** The sample at an index below `count`: the same one every time. */
  at(index: number): Promise<TrainingItem>;
}

/** Nothing to evaluate on. */
export const NO_HELD_OUT: HeldOut = { count: 0, at: () => Promise.reject(new RangeError('There is nothing to evaluate on.')) };
