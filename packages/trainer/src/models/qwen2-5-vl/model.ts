import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
import { requireAttentionMemory } from '../../nn/attention-memory.ts';
import type { ModelConfig } from './config.ts';
import { ropeIndex, rotaryTables, type GridThw } from './rope-index.ts';
import { decoder, languageHead, selfMixer } from './text.ts';
import { encodeVision, planVision } from './vision.ts';
import { weight, type Weights } from './weights.ts';

/** A model is its shape and its parameters; functions do the rest. */
export interface Model {
  config: ModelConfig;
  weights: Weights;
  /** Gradient checkpointing: names of the parameters that get a gradient. Blocks keep all activations where absent. */
  recomputed?: ReadonlySet<string>;
}

/** A padded batch for a plain forward pass. */
export interface ForwardInput {
  /** `[B][T]`, padded to one length. */
  tokenIds: readonly (readonly number[])[];
  /** `[B][T]`, 1 for real tokens and 0 for padding; all 1 where absent. */
  attentionMask?: readonly (readonly number[])[];
  /** `[patches, C*Tp*P*P]` of all images in order. */
  patches?: tf.Tensor2D;
  /** Grids of all images in order of appearance. */
  grids?: readonly GridThw[];
}

/**
 * Puts visual tokens in the place of their placeholders.
 *
 * @param flatTokenIds `[B*T]`
 * @param vision `[M, C]`, as many rows as there are placeholders
 * @returns `[B*T, C]`
 */
export function embed(model: Model, flatTokenIds: Int32Array, vision: tf.Tensor2D | undefined): tf.Tensor2D {
  const placeholder = model.config.imageTokenId;
  return tf.tidy(() => {
    const table = weight(model.weights, 'model.embed_tokens.weight');
    const text = tf.gather(table, tf.tensor1d(flatTokenIds, 'int32')) as tf.Tensor2D;
    const places = flatTokenIds.reduce((sum, id) => sum + (id === placeholder ? 1 : 0), 0);
    const have = vision === undefined ? 0 : vision.shape[0];
    if (places !== have) {
      throw new TrainerError(
        'invalid_batch',
        `The batch has ${String(places)} image placeholder tokens but ${String(have)} visual tokens. Check that every prompt carries its images.`,
      );
    }
    if (vision === undefined) return text;
    let next = flatTokenIds.length;
    const rows = flatTokenIds.map((id, index) => (id === placeholder ? next++ : index));
    return tf.gather<tf.Tensor2D>(tf.concat([text, vision], 0), tf.tensor1d(rows, 'int32'));
  });
}

/** Flat patches as a `[N, C*Tp*P*P]` tensor. */
export function patchTensor(model: Model, patches: Float32Array): tf.Tensor2D {
  const { inChannels, temporalPatchSize, patchSize } = model.config.vision;
  const width = inChannels * temporalPatchSize * patchSize * patchSize;
  return tf.tensor2d(patches, [patches.length / width, width]);
}

/** Visual tokens of all images, `[M, C]`. */
export function encodeImages(model: Model, patches: tf.Tensor2D, grids: readonly GridThw[]): tf.Tensor2D {
  for (const grid of grids) requireImageMemory(model.config, grid);
  const { weights, config, recomputed } = model;
  const tower = { weights, config: config.vision, ...(recomputed === undefined ? {} : { recomputed }) };
  return encodeVision(tower, patches, planVision(config.vision, grids));
}

/** A block with full attention compares all patches of a frame with each other. */
function requireImageMemory({ vision }: ModelConfig, [, rows, columns]: GridThw): void {
  if (vision.fullAttentionBlockIndexes.every((index) => index >= vision.depth)) return;
  const patches = rows * columns;
  requireAttentionMemory(
    { batch: 1, heads: vision.numHeads, queries: patches, keys: patches },
    {
      what: `an image of ${String(columns * vision.patchSize)}x${String(rows * vision.patchSize)} pixels`,
      advice: 'Lower data.maxPixels of the recipe (or max_pixels of preprocessor_config.json), or use a native backend.',
    },
  );
}

/**
 * Plain causal forward pass over padded rows.
 *
 * @returns logits `[B, T, V]`; rows at padding are meaningless
 */
export function forwardLogits(model: Model, input: ForwardInput): tf.Tensor3D {
  const batch = input.tokenIds.length;
  const time = at(input.tokenIds, 0).length;
  const { positions, ranges } = causalLayout(model, input);
  return tf.tidy(() => {
    const vision = input.patches === undefined ? undefined : encodeImages(model, input.patches, input.grids ?? []);
    const hidden = embed(model, Int32Array.from(input.tokenIds.flat()), vision);
    const rotary = rotaryTables(positions, { batch, time }, model.config.text);
    const mix = selfMixer(tf.tensor3d(ranges, [batch, time, 4], 'int32'));
    const out = decoder(model.weights, hidden, { config: model.config.text, batch, rotary, mix });
    return tf.reshape(languageHead(model.weights, out, model.config.text), [batch, time, model.config.text.vocabularySize]);
  });
}

/** Positions of padded rows and what their tokens see; a row's padding takes no position and is seen by nobody. */
function causalLayout(model: Model, input: ForwardInput): { positions: [Int32Array, Int32Array, Int32Array]; ranges: Int32Array } {
  const batch = input.tokenIds.length;
  const time = at(input.tokenIds, 0).length;
  const positions: [Int32Array, Int32Array, Int32Array] = [
    new Int32Array(batch * time),
    new Int32Array(batch * time),
    new Int32Array(batch * time),
  ];
  const ranges = new Int32Array(batch * time * 4);
  let imagesUsed = 0;
  input.tokenIds.forEach((row, b) => {
    const attended = input.attentionMask === undefined ? undefined : at(input.attentionMask, b);
    const real = row.map((_, t) => t).filter((t) => attended === undefined || at(attended, t) === 1);
    const ids = real.map((t) => at(row, t));
    const images = ids.filter((id, i) => id === model.config.imageTokenId && ids[i - 1] === model.config.visionStartTokenId).length;
    const index = ropeIndex(ids, (input.grids ?? []).slice(imagesUsed, imagesUsed + images), model.config);
    imagesUsed += images;
    for (let t = 0; t < time; t++) ranges.set([0, 0, t, t + 1], (b * time + t) * 4);
    const [first = 0] = real;
    real.forEach((t, i) => {
      if (t !== first + i)
        throw new TrainerError(
          'invalid_batch',
          `attentionMask of row ${String(b)} is 0 at ${String(first + i)}, between tokens. Padding is allowed before and after them.`,
        );
      const place = b * time + t;
      positions[0][place] = at(index.temporal, i);
      positions[1][place] = at(index.height, i);
      positions[2][place] = at(index.width, i);
      ranges[place * 4 + 2] = first;
    });
  });
  return { positions, ranges };
}
