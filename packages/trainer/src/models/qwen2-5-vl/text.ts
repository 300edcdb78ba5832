/**
 * The decoder of Qwen2.5-VL: grouped-query attention with biased query, key and value projections, M-RoPE, RMSNorm and SwiGLU. Plain
 * functions over explicit weights; the caller chooses what may attend to what by an additive mask, so that packed rows, padding and cached
 * decoding all run through the same block.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attention, mergeHeads, splitHeads } from '../../nn/attention.ts';
import { linear } from '../../nn/linear.ts';
import { recompute } from '../../nn/recompute.ts';
import { rmsNorm } from '../../nn/rms-norm.ts';
import { applyRotary, type RotaryTables } from '../../nn/rotary.ts';
import { gatedSilu } from '../../nn/gated-silu.ts';
import type { TextConfig } from './config.ts';
import { project } from './project.ts';
import { trainedOf, weight, type Weights } from './weights.ts';

/** Rotated keys and values of one layer, `[B, keyHeads, T, D]`. */
export interface KeyValue {
  key: tf.Tensor4D;
  value: tf.Tensor4D;
}

/** How one block mixes positions; a block calls it with its rotated query, key and value `[B, heads, T, D]`. */
export type Mixer = (layer: number, query: tf.Tensor4D, current: KeyValue) => tf.Tensor4D;

/** What a pass through the decoder needs beside the weights. */
export interface DecoderPass {
  config: TextConfig;
  batch: number;
  rotary: RotaryTables;
  mix: Mixer;
  /** Computes each block again in the backward pass instead of keeping what is inside of it. */
  recomputation?: BlockRecomputation;
}

/** What the blocks need to be computed a second time. */
export interface BlockRecomputation {
  /** Names of the parameters that get a gradient. */
  readonly trained: ReadonlySet<string>;
  /** What `mix` attends under, `[B, 1, T, T]`. */
  readonly mask: tf.Tensor;
}

/** Attention within the sequence itself under an additive mask, `[B, 1, T, T]`. */
export function selfMixer(mask: tf.Tensor): Mixer {
  return (_layer, query, current) => attention(query, current, mask);
}

/**
 * Runs all decoder blocks and the final norm.
 *
 * @param hidden `[B*T, C]`
 * @returns `[B*T, C]`
 */
export function decoder(weights: Weights, hidden: tf.Tensor2D, pass: DecoderPass): tf.Tensor2D {
  return tf.tidy(() => {
    let current = hidden;
    for (let layer = 0; layer < pass.config.layers; layer++) {
      current =
        pass.recomputation === undefined
          ? block({ ...pass, weights }, layer, current)
          : recomputedBlock({ ...pass, ...pass.recomputation, weights }, layer, current);
    }
    return rmsNorm(current, weight(weights, 'model.norm.weight'), pass.config.rmsNormEpsilon);
  });
}

type WeightedPass = DecoderPass & { readonly weights: Weights };

function recomputedBlock(pass: WeightedPass & BlockRecomputation, layer: number, hidden: tf.Tensor2D): tf.Tensor2D {
  const own = trainedOf(pass.weights, pass.trained, `model.layers.${String(layer)}.`);
  const { cos, sin, rotateHalf } = pass.rotary;
  return recompute({
    inputs: [hidden, ...own.tensors],
    constants: [pass.mask, cos, sin, rotateHalf],
    work: (inputs, constants) => {
      const [input, ...tensors] = inputs as [tf.Tensor2D, ...tf.Tensor[]];
      const [mask, ...tables] = constants as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor2D];
      const rotary = { cos: tables[0], sin: tables[1], rotateHalf: tables[2] };
      return block({ ...pass, rotary, mix: selfMixer(mask), weights: own.replacedBy(tensors) }, layer, input);
    },
  });
}

function block(pass: WeightedPass, layer: number, hidden: tf.Tensor2D): tf.Tensor2D {
  const of = (name: string): tf.Tensor => weight(pass.weights, `model.layers.${String(layer)}.${name}`);
  const { heads, keyHeads, rmsNormEpsilon } = pass.config;
  const map = (x: tf.Tensor2D, name: string, bias = false): tf.Tensor2D =>
    project(pass.weights, { module: `model.layers.${String(layer)}.${name}`, bias }, x);
  const split = (x: tf.Tensor2D, name: string, count: number): tf.Tensor4D => splitHeads(map(x, `self_attn.${name}`, true), pass.batch, count);
  return tf.tidy(() => {
    const normed = rmsNorm(hidden, of('input_layernorm.weight'), rmsNormEpsilon);
    const query = applyRotary(split(normed, 'q_proj', heads), pass.rotary);
    const key = applyRotary(split(normed, 'k_proj', keyHeads), pass.rotary);
    const mixed = pass.mix(layer, query, { key, value: split(normed, 'v_proj', keyHeads) });
    const attended = tf.add<tf.Tensor2D>(hidden, map(mergeHeads(mixed), 'self_attn.o_proj'));
    const inner = rmsNorm(attended, of('post_attention_layernorm.weight'), rmsNormEpsilon);
    const gated = gatedSilu(map(inner, 'mlp.gate_proj'), map(inner, 'mlp.up_proj'));
    return tf.add(attended, map(gated, 'mlp.down_proj'));
  });
}

/**
 * Logits of hidden states.
 *
 * @param hidden `[N, C]`, after the final norm
 * @returns `[N, V]`
 */
export function languageHead(weights: Weights, hidden: tf.Tensor2D, config: TextConfig): tf.Tensor2D {
  return linear(hidden, weight(weights, config.tieWordEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight'));
}
