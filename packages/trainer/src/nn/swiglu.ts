import * as tf from '@tensorflow/tfjs-core';
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
    const activated = tf.mul<tf.Tensor2D>(tf.mul(gate, tf.sigmoid(gate)), up);
    return linear(activated, weights.down, weights.downBias);
  });
}
