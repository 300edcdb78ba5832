import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './op-cases.ts';

/** How far two backends may differ, relative to the values. */
export const TOLERANCE = 1e-5;

/** What an operation gives on one backend. */
export interface Outcome {
  readonly shape: number[];
  readonly dtype: string;
  readonly forward: Float32Array;
  readonly gradients: Float32Array[];
}

/** Runs an operation forward and backward on a backend. */
export function compute(backend: string, op: OpCase): Outcome {
  void tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = op.shapes.map((shape, at) => tf.tensor(mapped(op, values(shape, at + 1)), [...shape]));
    const run = (...xs: tf.Tensor[]): tf.Tensor => (backend === 'cpu' && op.reference ? op.reference(...xs) : op.run(...xs));
    const out = run(...inputs);
    const gradients = op.gradient === false ? [] : tf.grads((...xs: tf.Tensor[]) => weighted(run(...xs)))(inputs);
    return {
      shape: out.shape,
      dtype: out.dtype,
      forward: Float32Array.from(out.dataSync()),
      gradients: gradients.map((gradient) => Float32Array.from(gradient.dataSync())),
    };
  });
}

/** The sum of an output with fixed weights, whose gradient reaches every element. */
function weighted(out: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(out, tf.tensor(values(out.shape, 99), out.shape)));
}

/** Numbers in the domain of an operation. */
export function mapped(op: OpCase, numbers: Float32Array): Float32Array {
  return op.domain ? numbers.map(op.domain) : numbers;
}

/** Numbers of -1..1 from a fixed sequence. */
export function values(shape: readonly number[], seed: number): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

/** The largest difference, relative to the value itself or to a third of the largest value, whichever is larger. */
export function worstError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return actual.reduce((worst, value, at) => {
    const reference = expected[at] ?? Number.NaN;
    const error = Math.abs(value - reference) / Math.max(Math.abs(reference), largest / 3);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}
