import * as tf from '@tensorflow/tfjs-core';
import type { ObjectiveTargets } from './objective.ts';

/** Clip range of the probability ratio: `[1 - clipLow, 1 + clipHigh]`. */
export interface ClipRange {
  /** In [0, 1]; 0.2 in PPO. */
  clipLow: number;
  /** 0 or more; 0.2 in PPO, 0.28 in DAPO. */
  clipHigh: number;
}

/**
 * PPO's clipped surrogate as a loss: `-min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t)`.
 *
 * @param ratio `[N]`
 * @param advantages `[N]`
 * @returns `[N]`
 */
export function clippedLosses(ratio: tf.Tensor1D, advantages: Float32Array, range: ClipRange): tf.Tensor1D {
  return tf.tidy(() => {
    const gains = tf.tensor1d(advantages);
    const clipped = tf.clipByValue(ratio, 1 - range.clipLow, 1 + range.clipHigh);
    return tf.neg(tf.minimum<tf.Tensor1D>(tf.mul(ratio, gains), tf.mul(clipped, gains)));
  });
}

/** `exp(logp - old logp)`, `[N]`. */
export function tokenRatio({ logProbs, oldLogProbs }: Pick<ObjectiveTargets, 'logProbs' | 'oldLogProbs'>): tf.Tensor1D {
  return tf.tidy(() => tf.exp(tf.sub<tf.Tensor1D>(logProbs, tf.tensor1d(oldLogProbs))));
}

/** Number of tokens whose ratio is outside of the range on the side that counts: too high where the advantage is positive, too low where it is negative. */
export function countClipped(ratios: Float32Array, advantages: Float32Array, { clipLow, clipHigh }: ClipRange): number {
  let clipped = 0;
  ratios.forEach((ratio, n) => {
    const advantage = advantages[n]!;
    if ((advantage > 0 && ratio > 1 + clipHigh) || (advantage < 0 && ratio < 1 - clipLow)) clipped++;
  });
  return clipped;
}

/** Ratios as numbers, for statistics. */
export function ratioValues({ values, oldLogProbs }: Pick<ObjectiveTargets, 'values' | 'oldLogProbs'>): Float32Array {
  return values.map((value, n) => Math.exp(value - oldLogProbs[n]!));
}
