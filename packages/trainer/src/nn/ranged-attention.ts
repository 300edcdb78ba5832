import * as tf from '@tensorflow/tfjs-core';
import { FUSED, hasFused } from '../backend/fused-kernels.ts';
import { attention, type AttentionSource } from './attention.ts';

/** What masks add to a score that must not count; finite, so that a fully masked row stays finite. */
export const MASKED = -1e9;

/** Keys that a query sees: `[first, firstEnd)` and `[second, secondEnd)`, apart from each other and not both empty. */
export type KeyRanges = readonly [first: number, firstEnd: number, second: number, secondEnd: number];

/** Whether keys that nobody sees cost nothing on the active backend. */
export function skipsUnseenKeys(): boolean {
  return hasFused(FUSED.rangedAttention);
}

/**
 * Grouped-query attention where each query sees two ranges of keys, such as a prompt, and a response up to the query itself. Where the backend has no
 * kernel for it, ranges become a mask, once for all calls of what is returned: create it in the tidy that calls it.
 *
 * @param ranges `[B, T, 4]`, int32, in the order of `KeyRanges`
 * @param length number of keys
 * @returns a function of queries `[B, heads, T, D]` and their keys and values, both `[B, keyHeads, length, D]`; it gives `[B, heads, T, D]`
 */
export function rangedAttention(ranges: tf.Tensor3D, length: number): (query: tf.Tensor4D, source: AttentionSource) => tf.Tensor4D {
  if (!skipsUnseenKeys()) {
    const mask = rangeMask(ranges, length);
    return (query, source) => attention(query, source, mask);
  }
  return (query, { key, value }) =>
    tf.tidy(() => {
      const [mixed] = tf.engine().runKernel<[tf.Tensor4D, tf.Tensor4D]>(FUSED.rangedAttention, { query, key, value, ranges });
      return mixed;
    });
}

/** The additive mask of ranges, `[B, 1, T, S]`. */
function rangeMask(ranges: tf.Tensor3D, length: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, time] = ranges.shape;
    const [first, firstEnd, second, secondEnd] = tf.split(ranges, 4, -1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const key = tf.range(0, length, 1, 'int32');
    const within = (begin: tf.Tensor, end: tf.Tensor): tf.Tensor => tf.logicalAnd(tf.greaterEqual(key, begin), tf.less(key, end));
    const seen = tf.logicalOr(within(first, firstEnd), within(second, secondEnd));
    return tf.reshape(tf.where(seen, tf.scalar(0), tf.scalar(MASKED)), [batch, 1, time, length]);
  });
}
