/**
 * Key-value cache of a group rollout: the prompt's keys and values are kept once per prompt and shared by its `G` responses; each response
 * adds its own. Attention joins the two by one softmax over both sets of scores, so that nothing is ever copied `G` times.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { FUSED, runFused } from '../backend/fused-kernels.ts';
import type { KeyValue, Mixer } from '../models/qwen2-5-vl/text.ts';

/** Cache of `P` prompts with `G` rows each; owns its tensors. */
export interface GroupCache {
  prompts: number;
  group: number;
  /** Per layer `[P, keyHeads, Tp, D]`. */
  prefix: KeyValue[];
  /** Per layer `[P*G, keyHeads, t, D]`; empty before the first token. */
  own: KeyValue[];
  /** Additive, `[P, 1, 1, Tp]`. */
  prefixMask: tf.Tensor4D;
}

/** Frees all tensors of a cache. */
export function disposeCache(cache: GroupCache): void {
  tf.dispose([cache.prefixMask, ...[...cache.prefix, ...cache.own].flatMap(({ key, value }) => [key, value])]);
}

/** Mixer of one decoding step: appends the new keys and values to the cache and attends to prompt and response together. */
export function cacheMixer(cache: GroupCache): Mixer {
  return (layer, query, current) => {
    const before = cache.own[layer];
    const own = append(before, current);
    cache.own[layer] = own;
    if (before !== undefined) tf.dispose([before.key, before.value]);
    return groupAttention(query, { prefix: at(cache.prefix, layer), own, mask: cache.prefixMask, group: cache.group });
  };
}

function append(before: KeyValue | undefined, current: KeyValue): KeyValue {
  const join = (old: tf.Tensor4D | undefined, next: tf.Tensor4D): tf.Tensor4D =>
    tf.keep(old === undefined ? tf.clone(next) : tf.concat([old, next], 2));
  return { key: join(before?.key, current.key), value: join(before?.value, current.value) };
}

/**
 * Attention of one new token per row.
 *
 * @param query `[P*G, heads, 1, D]`
 * @returns `[P*G, heads, 1, D]`
 */
function groupAttention(query: tf.Tensor4D, cache: { prefix: KeyValue; own: KeyValue; mask: tf.Tensor4D; group: number }): tf.Tensor4D {
  const { prefix, own, mask, group } = cache;
  const inputs = { query, prefixKey: prefix.key, prefixValue: prefix.value, ownKey: own.key, ownValue: own.value, mask };
  const fused = runFused<tf.Tensor4D>(FUSED.groupAttention, inputs, { group });
  if (fused !== undefined) return fused;
  const [rows, heads, , dim] = query.shape;
  const [prompts, keyHeads, prefixLength] = prefix.key.shape;
  const length = own.key.shape[2];
  const share = heads / keyHeads;
  return tf.tidy(() => {
    const scaled = tf.mul(query, 1 / Math.sqrt(dim));
    // Rows of a prompt and the heads that share a key are stacked, [P, keyHeads, G*share, ...], so that the prompt's keys serve them all.
    const toPrompt = (x: tf.Tensor, width: number): tf.Tensor4D =>
      tf.reshape(tf.transpose(tf.reshape(x, [prompts, group, keyHeads, share * width]), [0, 2, 1, 3]), [
        prompts,
        keyHeads,
        group * share,
        width,
      ]);
    const toRows = (x: tf.Tensor, width: number): tf.Tensor4D =>
      tf.reshape(tf.transpose(tf.reshape(x, [prompts, keyHeads, group, share * width]), [0, 2, 1, 3]), [rows, keyHeads, share, width]);
    const prefixScores = tf.add(tf.matMul(toPrompt(scaled, dim), prefix.key, false, true), mask);
    const ownScores = tf.matMul(tf.reshape(scaled, [rows, keyHeads, share, dim]), own.key, false, true);
    const weights = tf.softmax(tf.concat([prefixScores, toPrompt(ownScores, length)], -1));
    const prefixWeights = tf.slice(weights, [0, 0, 0, 0], [-1, -1, -1, prefixLength]);
    const ownWeights = tf.slice(weights, [0, 0, 0, prefixLength], [-1, -1, -1, length]);
    const fromPrefix = toRows(tf.matMul(prefixWeights, prefix.value), dim);
    const fromOwn = tf.matMul(toRows(ownWeights, length), own.value);
    return tf.reshape(tf.add(fromPrefix, fromOwn), [rows, heads, 1, dim]);
  });
}

/**
 * Keeps chosen prompts and, of each, `group` rows: finished responses stop costing time.
 *
 * @param prompts indexes of the prompts to keep
 * @param rows `prompts.length * group` indexes of the rows to keep, grouped by prompt
 */
export function shrinkCache(cache: GroupCache, prompts: readonly number[], rows: readonly number[]): GroupCache {
  const promptIndex = tf.tensor1d([...prompts], 'int32');
  const rowIndex = tf.tensor1d([...rows], 'int32');
  const take = (pair: KeyValue, index: tf.Tensor1D): KeyValue => ({ key: tf.gather(pair.key, index), value: tf.gather(pair.value, index) });
  const smaller: GroupCache = {
    prompts: prompts.length,
    group: rows.length / prompts.length,
    prefix: cache.prefix.map((pair) => take(pair, promptIndex)),
    own: cache.own.map((pair) => take(pair, rowIndex)),
    prefixMask: tf.gather(cache.prefixMask, promptIndex),
  };
  tf.dispose([promptIndex, rowIndex]);
  disposeCache(cache);
  return smaller;
}
