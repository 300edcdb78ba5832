/**
 * The decoder of Qwen2.5-VL: grouped-query attention with biased query, key and value projections, M-RoPE, RMSNorm and SwiGLU. Plain
 * functions over explicit weights; the caller chooses what each token sees, so that packed rows, padding and cached decoding all run through the
 * same block.
 */
import * as tf from '@tensorflow/tfjs-core';
import { mergeHeads, splitHeads } from '../../nn/attention.ts';
import { linear } from '../../nn/linear.ts';
import { rangedAttention } from '../../nn/ranged-attention.ts';
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
  /** Flat indexes of the tokens whose hidden states are wanted, int32 `[M]`: the last block leaves out the others. All where absent. */
  wanted?: tf.Tensor1D;
  /** Computes each block again in the backward pass instead of keeping what is inside of it. */
  recomputation?: BlockRecomputation;
}

/** What the blocks need to be computed a second time. */
export interface BlockRecomputation {
  /** Names of the parameters that get a gradient. */
  readonly trained: ReadonlySet<string>;
  /** What `mix` attends under, `[B, T, 4]`. */
  readonly ranges: tf.Tensor3D;
}

/** Attention within the sequence itself; `ranges` says what each token sees, `KeyRanges` in int32 `[B, T, 4]`. */
export function selfMixer(ranges: tf.Tensor3D): Mixer {
  const attend = rangedAttention(ranges, ranges.shape[1]);
  return (_layer, query, current) => attend(query, current);
}

/**
 * Runs all decoder blocks and the final norm.
 *
 * @param hidden `[B*T, C]`
 * @returns `[B*T, C]`, or `[M, C]` where some are `wanted`
 */
export function decoder(weights: Weights, hidden: tf.Tensor2D, pass: DecoderPass): tf.Tensor2D {
  return tf.tidy(() => {
    let current = hidden;
    for (let layer = 0; layer < pass.config.layers; layer++) {
      const wanted = layer === pass.config.layers - 1 ? pass.wanted : undefined;
      current =
        pass.recomputation === undefined
          ? block({ ...pass, weights, layer, wanted }, current)
          : recomputedBlock({ ...pass, ...pass.recomputation, weights, layer, wanted }, current);
    }
    return rmsNorm(current, weight(weights, 'model.norm.weight'), pass.config.rmsNormEpsilon);
  });
}

/** What a block needs beside its input. */
interface BlockPass extends Omit<DecoderPass, 'wanted'> {
  readonly weights: Weights;
  readonly layer: number;
  /** Tokens to give back; all where undefined. */
  readonly wanted: tf.Tensor1D | undefined;
}

function recomputedBlock(pass: BlockPass & BlockRecomputation, hidden: tf.Tensor2D): tf.Tensor2D {
  const own = trainedOf(pass.weights, pass.trained, `model.layers.${String(pass.layer)}.`);
  const { cos, sin, rotateHalf } = pass.rotary;
  return recompute({
    inputs: [hidden, ...own.tensors],
    constants: [pass.ranges, cos, sin, rotateHalf, ...(pass.wanted === undefined ? [] : [pass.wanted])],
    work: (inputs, constants) => {
      const [input, ...tensors] = inputs as [tf.Tensor2D, ...tf.Tensor[]];
      const [ranges, cosines, sines, half, wanted] = constants as [tf.Tensor3D, tf.Tensor, tf.Tensor, tf.Tensor2D, tf.Tensor1D | undefined];
      const rotary = { cos: cosines, sin: sines, rotateHalf: half };
      return block({ ...pass, rotary, mix: selfMixer(ranges), wanted, weights: own.replacedBy(tensors) }, input);
    },
  });
}

function block(pass: BlockPass, hidden: tf.Tensor2D): tf.Tensor2D {
  const name = `model.layers.${String(pass.layer)}`;
  const of = (norm: string): tf.Tensor => weight(pass.weights, `${name}.${norm}.weight`);
  const { rmsNormEpsilon } = pass.config;
  const map = (x: tf.Tensor2D, module: string): tf.Tensor2D => project(pass.weights, { module: `${name}.${module}`, bias: false }, x);
  const pick = (x: tf.Tensor2D): tf.Tensor2D => (pass.wanted === undefined ? x : tf.gather(x, pass.wanted));
  return tf.tidy(() => {
    const mixed = mixTokens(pass, name, rmsNorm(hidden, of('input_layernorm'), rmsNormEpsilon));
    const attended = tf.add<tf.Tensor2D>(pick(hidden), map(pick(mixed), 'self_attn.o_proj'));
    const inner = rmsNorm(attended, of('post_attention_layernorm'), rmsNormEpsilon);
    const gated = gatedSilu(map(inner, 'mlp.gate_proj'), map(inner, 'mlp.up_proj'));
    return tf.add(attended, map(gated, 'mlp.down_proj'));
  });
}

/** The first half of a block up to its output projection, `[B*T, heads*D]`. */
function mixTokens(pass: BlockPass, name: string, normed: tf.Tensor2D): tf.Tensor2D {
  const { heads, keyHeads } = pass.config;
  const split = (module: string, count: number): tf.Tensor4D =>
    splitHeads(project(pass.weights, { module: `${name}.self_attn.${module}`, bias: true }, normed), pass.batch, count);
  const query = applyRotary(split('q_proj', heads), pass.rotary);
  const key = applyRotary(split('k_proj', keyHeads), pass.rotary);
  return mergeHeads(pass.mix(pass.layer, query, { key, value: split('v_proj', keyHeads) }));
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
