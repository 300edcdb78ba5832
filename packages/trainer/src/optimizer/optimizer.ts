import type * as tf from '@tensorflow/tfjs-core';
import type { HostTensor } from '../models/host-tensor.ts';
import type { AdamwOptions } from './adamw.ts';

/** A parameter that is trained. Lists of gradients are in the order of the parameters. */
export interface TrainedParameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** First values; the optimizer takes them over. */
  readonly values: Float32Array;
}

/** What a checkpoint holds of an optimizer: of its parameters what `EngineSnapshot` has of all. */
export interface OptimizerState {
  parameters: Map<string, HostTensor>;
  moment1: Map<string, Float32Array>;
  moment2: Map<string, Float32Array>;
  optimizerStep: number;
}

/** A step along the gradient. */
export interface OptimizerStep extends AdamwOptions {
  readonly learningRate: number;
  /** Factor of the gradient, below 1 where it is clipped. */
  readonly scale: number;
}

/**
 * AdamW over some parameters, and the gradient of the batch under way. It is created with the map of tensors that the model computes with, and
 * puts new tensors there as the parameters change. A batch is `zeroGradient`, `addGradient` for each micro-batch, `reduceGradient`, `step`.
 */
export interface Optimizer {
  /** Forgets the gradient. */
  zeroGradient(): void;
  /** Adds the gradient of a micro-batch and disposes it; `undefined` for a parameter that the loss does not reach. */
  addGradient(parts: readonly (tf.Tensor | undefined)[]): void;
  /** Replaces the gradient by its sum over all ranks. */
  reduceGradient(): void;
  /** Length of the gradient over each group of parameters, given by their indexes. Not finite where a part is not. */
  gradientLengths(groups: readonly (readonly number[])[]): number[];
  /** Changes the parameters. */
  step(options: OptimizerStep): void;
  /** Root mean square of all parameters, to a tenth: it may be one from before steps that cannot have changed it by more. */
  rootMeanSquare(): number;
  /** A copy. */
  state(): OptimizerState;
  /** Goes on from a state, which is left as it is. A parameter that it lacks keeps its values; moments that it lacks are 0. */
  restore(state: OptimizerState): void;
  /** Frees what the optimizer holds besides the tensors of the model. */
  dispose(): void;
}
