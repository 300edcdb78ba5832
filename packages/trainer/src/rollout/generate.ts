/**
 * Samples `G` responses for each prompt: one prefill per prompt, then one token for all rows at a time. Every token is drawn with a random
 * number that depends on the seed, the prompt's key, the response and the position alone, so that sharding over ranks and dropping finished
 * rows change nothing. Left out: speculative decoding and paged caches, which pay off only with far larger models.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import type { ImageInput } from '../data/packed-row.ts';
import { visualTokens } from '../data/visual-tokens.ts';
import { TrainerError } from '../errors.ts';
import { embed, type Model } from '../models/qwen2-5-vl/model.ts';
import { disposeRotary, ropeIndex, rotaryTables } from '../models/qwen2-5-vl/rope-index.ts';
import { decoder, languageHead, selfMixer, type KeyValue } from '../models/qwen2-5-vl/text.ts';
import { MASKED } from '../nn/ranged-attention.ts';
import { counterRandom } from '../counter-random.ts';
import type { ToolTurn } from '../tools/tool-turn.ts';
import { cacheMixer, disposeCache, shrinkCache, type GroupCache } from './group-cache.ts';
import { sampleToken, type SamplingOptions } from './sample-token.ts';

/** A prompt ready for the model. */
export interface GenerationPrompt {
  tokenIds: readonly number[];
  images: readonly ImageInput[];
  /** Identifies the prompt within the run; random numbers depend on it. */
  key: number;
  /** Set where the prompt ends with a response of its own that goes on; `groupSize` must then be 1. */
  continues?: ContinuedResponse;
}

/** A response that goes on after a turn of a tool. */
export interface ContinuedResponse {
  /** Which of its group; random numbers depend on it, and on how many tokens were drawn before. */
  response: number;
  /** Tokens that were drawn for it so far. */
  drawn: number;
  /** Most tokens to come. */
  limit: number;
}

/** What to generate. */
export interface GenerationOptions extends SamplingOptions {
  /** Responses per prompt. */
  groupSize: number;
  maxNewTokens: number;
  stopTokenIds: readonly number[];
  seed: number;
}

/** One sampled response. */
export interface Generation {
  /** With the stop token, where there was one. */
  tokenIds: number[];
  /** Of each token in nats, under the distribution it was drawn from: divided by the temperature, before `topP` and `topK`. */
  logProbs: number[];
  /** The length limit ended it. */
  truncated: boolean;
  /** What tools answered in between; absent without tools. `tokenIds` and `logProbs` are the policy's own. */
  toolTurns?: readonly ToolTurn[];
}

interface Row extends Generation {
  prompt: number;
  index: number;
  /** Tokens drawn in the turns before. */
  drawn: number;
  limit: number;
  done: boolean;
}

/** Generates `groupSize` responses for every prompt, `[P][G]`. */
export function generate(model: Model, prompts: readonly GenerationPrompt[], options: GenerationOptions): Generation[][] {
  if (prompts.length === 0) return [];
  checkPrompts(prompts, model.config.text.vocabularySize);
  return inParts(prompts).flatMap((part) => generateTogether(model, part, options));
}

/** Padded tokens of the prompts that are read at once where responses go on: these have no group that shares them. */
const TOKENS_AT_ONCE = 16_384;

/** Prompts of a step are read at once, responses that go on in parts. */
function inParts(prompts: readonly GenerationPrompt[]): (readonly GenerationPrompt[])[] {
  if (prompts.every(({ continues }) => continues === undefined)) return [prompts];
  const longest = prompts.reduce((most, { tokenIds }) => Math.max(most, tokenIds.length), 1);
  const size = Math.max(1, Math.floor(TOKENS_AT_ONCE / longest));
  return Array.from({ length: Math.ceil(prompts.length / size) }, (_, part) => prompts.slice(part * size, (part + 1) * size));
}

function generateTogether(model: Model, prompts: readonly GenerationPrompt[], options: GenerationOptions): Generation[][] {
  const rows: Row[] = prompts.flatMap(({ continues }, prompt) =>
    Array.from({ length: options.groupSize }, (_, index) => ({
      prompt,
      index: continues?.response ?? index,
      drawn: continues?.drawn ?? 0,
      limit: Math.min(options.maxNewTokens, continues?.limit ?? options.maxNewTokens),
      tokenIds: [],
      logProbs: [],
      truncated: false,
      done: false,
    })),
  );
  const { cache, logits, next } = prefill(model, prompts, options.groupSize);
  draw(rows, (row) => at(logits, row.prompt), { prompts, options });
  decode(model, { cache, rows, next, prompts, options });
  return prompts.map((_, prompt) =>
    rows.filter((row) => row.prompt === prompt).map(({ tokenIds, logProbs, done }) => ({ tokenIds, logProbs, truncated: !done })),
  );
}

/** Throws `invalid_batch` for a prompt without tokens, or with one that the model does not have. */
function checkPrompts(prompts: readonly GenerationPrompt[], vocabulary: number): void {
  prompts.forEach(({ tokenIds }, p) => {
    if (tokenIds.length === 0) throw new TrainerError('invalid_batch', `Prompt ${String(p)} has no tokens. Give at least one.`);
    const wrong = tokenIds.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
    if (wrong === undefined) return;
    throw new TrainerError(
      'invalid_batch',
      `Prompt ${String(p)} has the token ${String(wrong)}; the model has 0 to ${String(vocabulary - 1)}. Use the tokenizer of the model's own folder.`,
    );
  });
}

/** Runs the prompts once; keeps their keys and values, the logits behind their last token and the position of the next. */
function prefill(
  model: Model,
  prompts: readonly GenerationPrompt[],
  group: number,
): { cache: GroupCache; logits: Float32Array[]; next: number[] } {
  const { text } = model.config;
  const layout = layOut(model, prompts);
  const { batch, time } = layout;
  const prefix: KeyValue[] = [];
  const logits = tf.tidy(() => {
    const rotary = rotaryTables(layout.positions, { batch, time }, text);
    const causal = selfMixer(tf.tensor3d(layout.ranges, [batch, time, 4], 'int32'));
    const vision = visualTokens(
      model,
      prompts.flatMap((prompt) => prompt.images),
    );
    const hidden = embed(model, layout.tokenIds, vision);
    const out = decoder(model.weights, hidden, {
      config: text,
      batch,
      rotary,
      mix: (layer, query, current) => {
        prefix.push({ key: tf.keep(tf.clone(current.key)), value: tf.keep(tf.clone(current.value)) });
        return causal(layer, query, current);
      },
    });
    const last = tf.tensor1d(
      prompts.map((prompt, b) => b * time + prompt.tokenIds.length - 1),
      'int32',
    );
    return languageHead(model.weights, tf.gather<tf.Tensor2D>(out, last), text);
  });
  const cache: GroupCache = { prompts: batch, group, prefix, own: [], prefixMask: tf.tensor4d(layout.mask, [batch, 1, 1, time]) };
  return { cache, logits: readRows(logits), next: layout.next };
}

interface PromptLayout {
  batch: number;
  time: number;
  tokenIds: Int32Array;
  positions: [Int32Array, Int32Array, Int32Array];
  /** `[P, Tp]`, masks padding. */
  mask: Float32Array;
  /** `KeyRanges` of every token, `[P, Tp, 4]`. */
  ranges: Int32Array;
  next: number[];
}

/** Pads prompts on the right; positions of padding do not matter, since no token of a prompt comes after it. */
function layOut(model: Model, prompts: readonly GenerationPrompt[]): PromptLayout {
  const batch = prompts.length;
  const time = prompts.reduce((longest, prompt) => Math.max(longest, prompt.tokenIds.length), 0);
  const layout: PromptLayout = {
    batch,
    time,
    tokenIds: new Int32Array(batch * time),
    positions: [new Int32Array(batch * time), new Int32Array(batch * time), new Int32Array(batch * time)],
    mask: new Float32Array(batch * time).fill(MASKED),
    ranges: Int32Array.from({ length: batch * time * 4 }, (_, i) => (i % 4 === 3 ? (((i - 3) / 4) % time) + 1 : 0)),
    next: [],
  };
  prompts.forEach((prompt, b) => {
    const index = ropeIndex(
      prompt.tokenIds,
      prompt.images.map((image) => image.grid),
      model.config,
    );
    layout.tokenIds.set(prompt.tokenIds, b * time);
    layout.positions[0].set(index.temporal, b * time);
    layout.positions[1].set(index.height, b * time);
    layout.positions[2].set(index.width, b * time);
    layout.mask.fill(0, b * time, b * time + prompt.tokenIds.length);
    layout.next.push(index.next);
  });
  return layout;
}

interface Decoding {
  cache: GroupCache;
  rows: Row[];
  next: readonly number[];
  prompts: readonly GenerationPrompt[];
  options: GenerationOptions;
}

function decode(model: Model, run: Decoding): void {
  let { cache } = run;
  let active = run.rows;
  for (let t = 1; t < run.options.maxNewTokens && active.some(isOpen); t++) {
    [cache, active] = dropFinished(cache, active);
    const logits = decodeStep(model, cache, { rows: active, next: run.next, t });
    draw(active, (_row, index) => at(logits, index), run);
  }
  disposeCache(cache);
}

/** Whether a row gets another token. */
function isOpen({ done, tokenIds, limit }: Row): boolean {
  return !done && tokenIds.length < limit;
}

function decodeStep(model: Model, cache: GroupCache, step: { rows: readonly Row[]; next: readonly number[]; t: number }): Float32Array[] {
  const { text } = model.config;
  const batch = step.rows.length;
  const positions = Int32Array.from(step.rows, (row) => at(step.next, row.prompt) + step.t - 1);
  // A finished row that is still in the batch feeds its last token again; nothing is drawn from it.
  const ids = Int32Array.from(step.rows, (row) => at(row.tokenIds, Math.min(step.t, row.tokenIds.length) - 1));
  const logits = tf.tidy(() => {
    const rotary = rotaryTables([positions, positions, positions], { batch, time: 1 }, text);
    const table = languageTable(model);
    const hidden = tf.gather(table, tf.tensor1d(ids, 'int32')) as tf.Tensor2D;
    const out = decoder(model.weights, hidden, { config: text, batch, rotary, mix: cacheMixer(cache) });
    disposeRotary(rotary);
    return languageHead(model.weights, out, text);
  });
  return readRows(logits);
}

function languageTable(model: Model): tf.Tensor {
  const table = model.weights.get('model.embed_tokens.weight');
  if (table === undefined) {
    throw new TrainerError('invalid_checkpoint', 'The parameter model.embed_tokens.weight is missing. Use a complete checkpoint.');
  }
  return table;
}

/** Rows of a `[N, V]` tensor as views of one host array; frees the tensor. */
function readRows(tensor: tf.Tensor2D): Float32Array[] {
  const [count, width] = tensor.shape;
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return Array.from({ length: count }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

function draw(
  rows: readonly Row[],
  logitsOf: (row: Row, index: number) => Float32Array,
  run: { prompts: readonly GenerationPrompt[]; options: GenerationOptions },
): void {
  rows.forEach((row, index) => {
    if (!isOpen(row)) return;
    const uniform = counterRandom(run.options.seed, at(run.prompts, row.prompt).key, row.index, row.drawn + row.tokenIds.length);
    const token = sampleToken(logitsOf(row, index), run.options, uniform);
    row.tokenIds.push(token.id);
    row.logProbs.push(token.logProb);
    row.done = run.options.stopTokenIds.includes(token.id);
  });
}

/** Re-packs the batch once a third of it would be spared: prompts with nothing left go, the others keep as many rows as the busiest needs. */
function dropFinished(cache: GroupCache, rows: Row[]): [GroupCache, Row[]] {
  const groups = Array.from({ length: cache.prompts }, (_, p) =>
    rows.slice(p * cache.group, (p + 1) * cache.group).map((row, g) => ({ row, at: p * cache.group + g })),
  );
  const keep = groups
    .map((group, p) => ({ p, group, alive: group.filter(({ row }) => isOpen(row)).length }))
    .filter(({ alive }) => alive > 0);
  const width = keep.reduce((most, { alive }) => Math.max(most, alive), 0);
  if (keep.length * width > (rows.length * 2) / 3) return [cache, rows];
  const chosen = keep.flatMap(({ group }) =>
    [...group].sort((a, b) => Number(isOpen(b.row)) - Number(isOpen(a.row)) || a.at - b.at).slice(0, width),
  );
  const smaller = shrinkCache(
    cache,
    keep.map(({ p }) => p),
    chosen.map(({ at }) => at),
  );
  return [smaller, chosen.map(({ row }) => row)];
}
