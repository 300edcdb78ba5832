import * as tf from '@tensorflow/tfjs-core';
import type { CollatedRows } from '../data/collate.ts';
import { embed, type Model } from '../models/qwen2-5-vl/model.ts';
import { rotaryTables } from '../models/qwen2-5-vl/rope-index.ts';
import { decoder, languageHead, selfMixer } from '../models/qwen2-5-vl/text.ts';

/** What a forward pass says about the target tokens. */
export interface TargetStatistics {
  /** `[N]`, natural logarithm */
  logProbs: tf.Tensor1D;
  /** Entropy of the next-token distribution in nats, `[N]`. */
  entropy: tf.Tensor1D;
}

/**
 * Log-probabilities of the target tokens of packed rows. The last block and the head compute the predicting tokens only, so that they cost what
 * the targets need and not what the rows hold.
 *
 * @param vision `[M, C]` visual tokens of all images in order
 * @param temperature divides the logits, as when the responses were sampled
 */
export function targetLogProbs(
  model: Model,
  rows: CollatedRows,
  options: { vision?: tf.Tensor2D | undefined; temperature?: number },
): TargetStatistics {
  const { batch, time } = rows;
  return tf.tidy(() => {
    const hidden = embed(model, rows.tokenIds, options.vision);
    const rotary = rotaryTables(rows.positions, { batch, time }, model.config.text);
    const ranges = tf.tensor3d(rows.ranges, [batch, time, 4], 'int32');
    const { recomputed: trained } = model;
    const out = decoder(model.weights, hidden, {
      config: model.config.text,
      batch,
      rotary,
      mix: selfMixer(ranges),
      wanted: tf.tensor1d(rows.predicting, 'int32'),
      ...(trained === undefined ? {} : { recomputation: { trained, ranges } }),
    });
    const logits = languageHead(model.weights, out, model.config.text);
    const temperature = options.temperature ?? 1;
    const all = tf.logSoftmax(temperature === 1 ? logits : tf.div(logits, temperature));
    const width = model.config.text.vocabularySize;
    const flat = rows.targetIds.map((id, n) => rows.predictedBy[n]! * width + id);
    const entropy = tf.neg(tf.sum<tf.Tensor1D>(tf.mul(tf.exp(all), all), -1));
    return {
      logProbs: tf.gather<tf.Tensor1D>(tf.reshape(all, [-1]), tf.tensor1d(flat, 'int32')),
      entropy: tf.gather<tf.Tensor1D>(entropy, tf.tensor1d(rows.predictedBy, 'int32')),
    };
  });
}
