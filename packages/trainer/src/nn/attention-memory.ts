import * as tf from '@tensorflow/tfjs-core';
import { TrainerError } from '../errors.ts';

/** What TensorFlow.js's wasm backend can address in all. */
const WASM_BYTES = 4 * 2 ** 30;
/** Scores and their softmax are in memory at once, 4 bytes each. */
const BYTES_PER_SCORE = 8;

/** One attention: every query is compared with every key, in each head. */
export interface AttentionSize {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * Throws `out_of_memory` where the active backend cannot hold the scores of an attention: better before than as a fault in the middle of the
 * wasm module. Other backends have no fixed limit and pass. `what` begins the message, `advice` ends it.
 */
export function requireAttentionMemory(size: AttentionSize, text: { what: string; advice: string }, used = tf.memory().numBytes): void {
  if (tf.getBackend() !== 'wasm') return;
  const bytes = attentionBytes(size);
  if (used + bytes <= WASM_BYTES) return;
  throw new TrainerError(
    'out_of_memory',
    `${text.what} needs ${gigabytes(bytes)} GB for the scores of one attention (${String(size.heads)} heads, ${String(size.queries)} x ${String(size.keys)} positions); ` +
      `the wasm backend has ${gigabytes(WASM_BYTES)} GB, of which ${gigabytes(used)} are in use. ${text.advice}`,
  );
}

/** Bytes that the scores of one attention take while it is computed. */
export function attentionBytes({ batch, heads, queries, keys }: AttentionSize): number {
  return batch * heads * queries * keys * BYTES_PER_SCORE;
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
