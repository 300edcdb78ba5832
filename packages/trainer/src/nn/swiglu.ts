import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused-kernels.ts';
import { linear } from './linear.ts';

/** The three projections of a gated feed-forward block; biases are absent in the language model and present in the vision tower. */
export interface SwigluWeights {
  gate: tf.Tensor;
  up: tf.Tensor;
  down: tf.Tensor;
  gateBias?: tf.Tensor | undefined;
  upBias?: tf.Tensor | undefined;
  downBias?: tf.Tensor | undefined;
}

/**
 * Gated feed-forward block `down(silu(gate(x)) * up(x))`.
 *
 * @param x `[N, C]`
 * @returns `[N, C]`
 */
export function swiglu(x: tf.Tensor2D, weights: SwigluWeights): tf.Tensor2D {
  return tf.tidy(() => {
    const gate = linear(x, weights.gate, weights.gateBias);
    const up = linear(x, weights.up, weights.upBias);
    return linear(gatedSilu(gate, up), weights.down, weights.downBias);
  });
}

/**
 * The gate of `swiglu`, `silu(gate) * up`.
 *
 * @param gate of any shape
 * @param up of the shape of `gate`
 * @returns the same shape
 */
export function gatedSilu<T extends tf.Tensor>(gate: T, up: T): T {
  return runFused<T>(FUSED.gatedSilu, { gate, up }) ?? tf.tidy(() => tf.mul<T>(tf.mul(gate, tf.sigmoid(gate)), up));
}
