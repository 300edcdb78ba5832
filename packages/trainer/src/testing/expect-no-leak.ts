import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * Runs `fn`, disposes the tensors in what it returns, and expects that no other tensor is left.
 * Give the inputs as tensors made outside of `fn`.
 */
export function expectNoLeak(fn: () => tf.TensorContainer): void {
  const before = tf.memory().numTensors;
  tf.dispose(fn());
  expect(tf.memory().numTensors, 'tensors that were neither returned nor disposed').toBe(before);
}
