// The vision transformer of Qwen2.5-VL (arXiv 2502.13923, section 2.1), as `Qwen2_5_VisionTransformerPretrainedModel` of
// Hugging Face transformers computes it: patches in, visual tokens of the language model's width out. Planning is in
// `vision-plan.ts`. Left out: any other activation than SiLU.

import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
import { attention, mergeHeads, splitHeads } from '../../nn/attention.ts';
import { linear } from '../../nn/linear.ts';
import { recompute } from '../../nn/recompute.ts';
import { rmsNorm } from '../../nn/rms-norm.ts';
import { applyRotary, rotateHalfMatrix, type RotaryTables } from '../../nn/rotary.ts';
import { gatedSilu } from '../../nn/gated-silu.ts';
import { patchLength, visionHeadDim, type VisionConfig } from './vision-config.ts';
import type { FrameGroup, VisionPlan } from './vision-plan.ts';
import type { WindowRun } from './vision-window.ts';
import { project } from './project.ts';
import { trainedOf, weight, type Weights } from './weights.ts';

export { visionWeightShapes, type GridThw, type VisionConfig } from './vision-config.ts';
export { planVision, type VisionPlan } from './vision-plan.ts';

const EPSILON = 1e-6;

/** A group of frames with its rotary tables, and where its rows begin among all patches. */
interface Frames {
  readonly group: FrameGroup;
  readonly tables: RotaryTables;
  readonly start: number;
}

/** Everything the blocks of one forward pass share. */
interface Tower {
  readonly weights: Weights;
  readonly config: VisionConfig;
  readonly plan: VisionPlan;
  readonly frames: readonly Frames[];
}

/** Reorders rows by a permutation; its gradient is the inverse permutation, far cheaper than the scatter of `tf.gather`. */
function permuteRows(rows: tf.Tensor2D, order: Int32Array, inverse: Int32Array): tf.Tensor2D {
  const gather = (x: tf.Tensor2D, indices: Int32Array): tf.Tensor2D => tf.tidy(() => tf.gather(x, tf.tensor1d(indices, 'int32')));
  const permute = tf.customGrad((x) => ({
    value: gather(x as tf.Tensor2D, order),
    gradFunc: (gradient: tf.Tensor) => gather(gradient as tf.Tensor2D, inverse),
  }));
  return permute(rows) as tf.Tensor2D;
}

/** Puts patches into the tower's order and embeds them; the convolution of the reference is a product with its flattened kernel. */
function embedPatches({ weights, config, plan }: Tower, patches: tf.Tensor2D): tf.Tensor2D {
  const length = patchLength(config);
  const { order, inverseOrder } = plan;
  const kernel = tf.reshape<tf.Rank.R2>(weight(weights, 'visual.patch_embed.proj.weight'), [config.hiddenSize, length]);
  if (order === undefined || inverseOrder === undefined) return linear(patches, kernel);
  const blocks = tf.reshape<tf.Rank.R2>(patches, [plan.tokens, config.spatialMergeSize ** 2 * length]);
  return linear(tf.reshape<tf.Rank.R2>(permuteRows(blocks, order, inverseOrder), [plan.patches, length]), kernel);
}

function prepareFrames(config: VisionConfig, plan: VisionPlan): Frames[] {
  const headDim = visionHeadDim(config);
  const rotateHalf = rotateHalfMatrix(headDim);
  let next = 0;
  return plan.groups.map((group) => {
    const { cos, sin, patches } = group.layout;
    const shape: [number, number, number, number] = [1, 1, patches, headDim];
    const start = next;
    next += group.frames * patches;
    return { group, start, tables: { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape), rotateHalf } };
  });
}

/** Queries, keys and values of all frames, each `[patches, hidden]`. */
type Projections = readonly [query: tf.Tensor2D, key: tf.Tensor2D, value: tf.Tensor2D];

/** Queries, keys and values of one group of frames, each `[frames, heads, patches, headDim]`. */
type Heads = readonly [query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D];

function joined<T extends tf.Tensor>(parts: readonly T[], axis: number): T {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : tf.concat([...parts], axis);
}

/** Attends within each window of a run; windows of a frame are handled like further heads, which needs no data to move. */
function attendRun([query, key, value]: Heads, start: number, run: WindowRun): tf.Tensor4D {
  const [frames, heads, patches, dim] = query.shape;
  const rows = run.length * run.count;
  const windows = (x: tf.Tensor4D): tf.Tensor4D => {
    const part = rows === patches ? x : tf.slice(x, [0, 0, start, 0], [frames, heads, rows, dim]);
    return tf.reshape(part, [frames, heads * run.count, run.length, dim]);
  };
  return tf.reshape(attention(windows(query), { key: windows(key), value: windows(value) }), [frames, heads, rows, dim]);
}

/** Attention of one group of frames. */
function attendFrames(
  { config, plan }: Tower,
  { group, tables, start }: Frames,
  options: { all: Projections; full: boolean },
): tf.Tensor2D {
  const { runs, patches } = group.layout;
  const rows = group.frames * patches;
  const heads = (all: tf.Tensor2D): tf.Tensor4D => {
    const own = rows === plan.patches ? all : tf.slice(all, [start, 0], [rows, config.hiddenSize]);
    return splitHeads(own, group.frames, config.numHeads);
  };
  const [query, key, value] = options.all;
  const turned: Heads = [applyRotary(heads(query), tables), applyRotary(heads(key), tables), heads(value)];
  let next = 0;
  const parts = (options.full ? [{ length: patches, count: 1 }] : runs).map((run) => {
    const begin = next;
    next += run.length * run.count;
    return attendRun(turned, begin, run);
  });
  return mergeHeads(joined(parts, 2));
}

/** Attention of all frames; `full` over whole frames, else within windows. */
function attend(tower: Tower, { name, full }: { name: string; full: boolean }, x: tf.Tensor2D): tf.Tensor2D {
  const { weights, config } = tower;
  const size = config.hiddenSize;
  const projection = (index: number): tf.Tensor2D =>
    project(weights, { module: `${name}.qkv`, bias: true, rows: { begin: index * size, size } }, x);
  const all: Projections = [projection(0), projection(1), projection(2)];
  const parts = tower.frames.map((frames) => attendFrames(tower, frames, { all, full }));
  return project(weights, { module: `${name}.proj`, bias: true }, joined(parts, 0));
}

function feedForward(weights: Weights, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const map = (input: tf.Tensor2D, module: string): tf.Tensor2D => project(weights, { module: `${name}.${module}`, bias: true }, input);
  return map(gatedSilu(map(x, 'gate_proj'), map(x, 'up_proj')), 'down_proj');
}

function encodeBlock(tower: Tower, index: number, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const { weights, config } = tower;
    const name = `visual.blocks.${index}`;
    const full = config.fullAttentionBlockIndexes.includes(index);
    const normed = rmsNorm(x, weight(weights, `${name}.norm1.weight`), EPSILON);
    const mixed = tf.add<tf.Tensor2D>(x, attend(tower, { name: `${name}.attn`, full }, normed));
    return tf.add(mixed, feedForward(weights, `${name}.mlp`, rmsNorm(mixed, weight(weights, `${name}.norm2.weight`), EPSILON)));
  });
}

/** The same, computed again in the backward pass. */
function recomputedBlock(tower: Tower, { trained, index }: { trained: ReadonlySet<string>; index: number }, x: tf.Tensor2D): tf.Tensor2D {
  const own = trainedOf(tower.weights, trained, `visual.blocks.${String(index)}.`);
  const { rotateHalf } = at(tower.frames, 0).tables;
  return recompute({
    inputs: [x, ...own.tensors],
    constants: [rotateHalf, ...tower.frames.flatMap(({ tables }) => [tables.cos, tables.sin])],
    work: (inputs, constants) => {
      const [input, ...tensors] = inputs as [tf.Tensor2D, ...tf.Tensor[]];
      const [half, ...tables] = constants as [tf.Tensor2D, ...tf.Tensor[]];
      const frames = tower.frames.map((one, i) => ({
        ...one,
        tables: { cos: at(tables, 2 * i), sin: at(tables, 2 * i + 1), rotateHalf: half },
      }));
      return encodeBlock({ ...tower, frames, weights: own.replacedBy(tensors) }, index, input);
    },
  });
}

/** Gaussian error linear unit, the exact form with the error function. */
function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

/** Merges each square of patches into one token of the language model's width, in the processor's order again. */
function mergePatches({ weights, config, plan }: Tower, x: tf.Tensor2D): tf.Tensor2D {
  const normed = rmsNorm(x, weight(weights, 'visual.merger.ln_q.weight'), EPSILON);
  const squares = tf.reshape<tf.Rank.R2>(normed, [plan.tokens, config.hiddenSize * config.spatialMergeSize ** 2]);
  const map = (input: tf.Tensor2D, layer: number): tf.Tensor2D =>
    project(weights, { module: `visual.merger.mlp.${String(layer)}`, bias: true }, input);
  const tokens = map(gelu(map(squares, 0)), 2);
  const { order, inverseOrder } = plan;
  return order === undefined || inverseOrder === undefined ? tokens : permuteRows(tokens, inverseOrder, order);
}

/** The part of a model that sees. */
export interface VisionModel {
  readonly weights: Weights;
  readonly config: VisionConfig;
  /** Gradient checkpointing: names of the parameters that get a gradient. */
  readonly recomputed?: ReadonlySet<string>;
}

/**
 * Encodes the patches of a batch of images into visual tokens.
 *
 * @param model the configuration, and the weights named by `visionWeightShapes(config)` with those shapes
 * @param patches `[sum of patches, channels * temporal patch * patch * patch]`, image after image, in the processor's order
 * @param plan `planVision(config, grids)` for the same images
 * @returns `[sum of visual tokens, outHiddenSize]`, image after image, in reading order
 * @throws TrainerError `invalid_batch` where patches and plan do not fit, `invalid_checkpoint` where a weight is missing
 */
export function encodeVision(model: VisionModel, patches: tf.Tensor2D, plan: VisionPlan): tf.Tensor2D {
  const { weights, config, recomputed } = model;
  const [rows, length] = patches.shape;
  if (rows !== plan.patches || length !== patchLength(config)) {
    throw new TrainerError(
      'invalid_batch',
      `patches have the shape [${rows}, ${length}], the grids of the plan call for [${plan.patches}, ${patchLength(config)}]; ` +
        'make the plan from the grids of the same images, and cut them with the patch sizes of this model',
    );
  }
  return tf.tidy(() => {
    const tower: Tower = { weights, config, plan, frames: prepareFrames(config, plan) };
    let x = embedPatches(tower, patches);
    for (let index = 0; index < config.depth; index += 1)
      x = recomputed === undefined ? encodeBlock(tower, index, x) : recomputedBlock(tower, { trained: recomputed, index }, x);
    return mergePatches(tower, x);
  });
}
