import * as tf from '@tensorflow/tfjs-core';
import { adapterNames } from '../../adapters/adapter-names.ts';
import { linear } from '../../nn/linear.ts';
import { weight, type Weights } from './weights.ts';

/** An affine map of a model. */
export interface Projection {
  /** Its name: that of its weight without `.weight`. */
  readonly module: string;
  readonly bias: boolean;
  /** Outputs `[begin, begin + size)` only, where several projections are stored as one matrix. */
  readonly rows?: { readonly begin: number; readonly size: number };
}

/**
 * The affine map of a module, with its adapter where it has one: `x W^T + b + scaling (x A^T) B^T`.
 *
 * @param x `[N, in]`
 * @returns `[N, out]`
 */
export function project(weights: Weights, { module, bias: biased, rows }: Projection, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    // The weight is cut, not the product: it has far fewer elements than the activations.
    const cut = (tensor: tf.Tensor): tf.Tensor => (rows === undefined ? tensor : tf.slice(tensor, rows.begin, rows.size));
    const bias = biased ? cut(weight(weights, `${module}.bias`)) : undefined;
    const base = linear(x, cut(weight(weights, `${module}.weight`)), bias);
    const names = adapterNames(module);
    const down = weights.get(names.down);
    if (down === undefined) return base;
    const update = linear(linear(x, down), cut(weight(weights, names.up)));
    return tf.add(base, tf.mul(update, weight(weights, names.scaling)));
  });
}
