import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused-kernels.ts';

/** Rotary tables of one forward pass; `cos` and `sin` are `[B or 1, 1, T, D]`. */
export interface RotaryTables {
  cos: tf.Tensor;
  sin: tf.Tensor;
  /** `[D, D]` matrix that maps `[x1, x2]` to `[-x2, x1]`: as a matrix product its gradient costs nothing extra. */
  rotateHalf: tf.Tensor2D;
}

/**
 * Rotates queries or keys by their positions (RoFormer, arXiv 2104.09864, half-split layout).
 *
 * @param x `[B, heads, T, D]`
 * @returns `[B, heads, T, D]`
 */
export function applyRotary(x: tf.Tensor4D, tables: RotaryTables): tf.Tensor4D {
  const { cos, sin } = tables;
  const fused = runFused<tf.Tensor4D>(FUSED.rotate, { x, cos, sin });
  if (fused !== undefined) return fused;
  return tf.tidy(() => {
    const [batch, heads, time, dim] = x.shape;
    const turned = tf.matMul(tf.reshape(x, [batch * heads * time, dim]), tables.rotateHalf);
    return tf.add(tf.mul(x, cos), tf.mul(tf.reshape(turned, x.shape), sin));
  });
}

/** The `[dim, dim]` matrix of `RotaryTables.rotateHalf`, to be multiplied from the right. */
export function rotateHalfMatrix(dim: number): tf.Tensor2D {
  const half = dim / 2;
  const values = new Float32Array(dim * dim);
  for (let i = 0; i < half; i++) {
    values[(i + half) * dim + i] = -1;
    values[i * dim + i + half] = 1;
  }
  return tf.tensor2d(values, [dim, dim]);
}
