import type * as tf from '@tensorflow/tfjs-core';
import { hasNativeOperations } from '../backend/native/native-operations.ts';
import type { Collective } from '../collective/collective.ts';
import { deviceOptimizer } from './device-optimizer.ts';
import { hostOptimizer } from './host-optimizer.ts';
import type { Optimizer, TrainedParameter } from './optimizer.ts';

/** Where moments are held and steps are taken: on the device of a native backend where one rank trains and else on the host, or always there. */
export type OptimizerPlace = 'auto' | 'host';

/** What an optimizer is created with. */
export interface OptimizerOptions {
  readonly place: OptimizerPlace;
  /** The ranks that train together. */
  readonly collective: Collective;
  /** The tensors that the model computes with; those of the parameters are put there. */
  readonly weights: Map<string, tf.Tensor>;
}

/** AdamW for the active backend and the number of ranks: docs/decisions/0003-adamw-on-the-host.md says which and why. */
export function createOptimizer(parameters: readonly TrainedParameter[], { place, collective, weights }: OptimizerOptions): Optimizer {
  const onDevice = place === 'auto' && collective.size === 1 && hasNativeOperations();
  return onDevice ? deviceOptimizer(parameters, weights) : hostOptimizer(parameters, weights, collective);
}
