import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused-kernels.ts';

/**
 * The gate of a SwiGLU block, `silu(gate) * up`.
 *
 * @param gate of any shape
 * @param up of the shape of `gate`
 * @returns the same shape
 */
export function gatedSilu<T extends tf.Tensor>(gate: T, up: T): T {
  return runFused<T>(FUSED.gatedSilu, { gate, up }) ?? tf.tidy(() => tf.mul<T>(tf.mul(gate, tf.sigmoid(gate)), up));
}
