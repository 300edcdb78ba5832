import * as tf from '@tensorflow/tfjs-core';
import { requireAttentionMemory } from './attention-memory.ts';

/**
 * Splits a projection into heads.
 *
 * @param x `[B*T, heads*D]`
 * @returns `[B, heads, T, D]`
 */
export function splitHeads(x: tf.Tensor2D, batch: number, heads: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [rows, width] = x.shape;
    const [time, dim] = [rows / batch, width / heads];
    // Of one token each, as while sampling, nothing changes places.
    if (time === 1) return tf.reshape(x, [batch, heads, 1, dim]);
    return tf.transpose(tf.reshape(x, [batch, time, heads, dim]), [0, 2, 1, 3]);
  });
}

/**
 * Joins heads again, the inverse of `splitHeads`.
 *
 * @param x `[B, heads, T, D]`
 * @returns `[B*T, heads*D]`
 */
export function mergeHeads(x: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, heads, time, dim] = x.shape;
    return tf.reshape(time === 1 ? x : tf.transpose(x, [0, 2, 1, 3]), [batch * time, heads * dim]);
  });
}

/** What queries look at: one key and one value per position. */
export interface AttentionSource {
  readonly key: tf.Tensor4D;
  readonly value: tf.Tensor4D;
}

/**
 * Grouped-query attention. The queries that share a key head are stacked along time, so that keys and values are never copied.
 *
 * @param query `[B, heads, T, D]`, heads a multiple of the key heads
 * @param source keys and values, both `[B, keyHeads, S, D]`
 * @param mask additive, broadcastable to `[B, heads, T, S]`; 0 where a query may look, a large negative number elsewhere
 * @returns `[B, heads, T, D]`
 */
export function attention(query: tf.Tensor4D, source: AttentionSource, mask?: tf.Tensor): tf.Tensor4D {
  const { key, value } = source;
  return tf.tidy(() => {
    const [batch, heads, time, dim] = query.shape;
    const [, keyHeads, length] = key.shape;
    requireAttentionMemory(
      { batch, heads, queries: time, keys: length },
      {
        what: `a sequence of ${String(length)} tokens`,
        advice: 'Shorten the prompt, lower the size of its images, or use a native backend.',
      },
    );
    const stacked = [batch, keyHeads, (heads / keyHeads) * time];
    const scaled = tf.mul(query, 1 / Math.sqrt(dim));
    const scores = tf.reshape(tf.matMul(tf.reshape(scaled, [...stacked, dim]), key, false, true), [batch, heads, time, length]);
    const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
    const mixed = tf.matMul(tf.reshape(weights, [...stacked, length]), value);
    return tf.reshape(mixed, [batch, heads, time, dim]);
  });
}
