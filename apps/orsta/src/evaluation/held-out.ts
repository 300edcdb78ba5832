import type { TrainingItem } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';

/** Samples to evaluate on. Each is loaded when its batch comes up, so that the images of a batch are in memory and not those of all. */
export interface HeldOut {
  readonly count: number;
  /** The sample at an index below `count`: the same one every time. */
  at(index: number): Promise<TrainingItem>;
}

/** Nothing to evaluate on. */
export const NO_HELD_OUT: HeldOut = {
  count: 0,
  at: (index) =>
    Promise.reject(new OrstaError('invalid_data', `There is no held-out sample ${String(index)}: this run evaluates on nothing.`)),
};
