import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import type { VisionConfig } from './vision-config.ts';

/** The language model of Qwen2.5-VL, any size; fields as in Hugging Face's `config.json`. */
export interface TextConfig {
  vocabularySize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  keyHeads: number;
  headSize: number;
  rmsNormEpsilon: number;
  ropeTheta: number;
  /** How many rotary frequencies turn by time, height and width; sums to half the head size (M-RoPE). */
  mropeSection: readonly [number, number, number];
  tieWordEmbeddings: boolean;
}

/** A whole model: vision tower, connector and language model. */
export interface ModelConfig {
  text: TextConfig;
  vision: VisionConfig;
  imageTokenId: number;
  visionStartTokenId: number;
  /** The `config.json` as read, kept so that a saved checkpoint carries every field that was loaded. */
  source: Readonly<Record<string, unknown>>;
}

/** Reads `config.json` of a Qwen2.5-VL checkpoint folder. Throws `invalid_checkpoint`. */
export async function loadConfig(folder: string): Promise<ModelConfig> {
  const path = join(folder, 'config.json');
  try {
    return parseConfig(JSON.parse(await readFile(path, 'utf8')) as unknown);
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    throw new TrainerError(
      'invalid_checkpoint',
      `Cannot read ${path}: ${String(error)}. A model folder needs config.json, model.safetensors and tokenizer.json; check the path.`,
      { cause: error },
    );
  }
}

/** Builds a `ModelConfig` from the contents of `config.json`, of the flat layout or the one with a `text_config`. Throws `invalid_checkpoint`. */
export function parseConfig(value: unknown): ModelConfig {
  const root = record(value, 'config');
  const modelType = root['model_type'];
  if (modelType !== 'qwen2_5_vl') {
    throw new TrainerError('invalid_checkpoint', `model_type is ${JSON.stringify(modelType)}; this engine runs "qwen2_5_vl" only. Use a Qwen2.5-VL checkpoint.`);
  }
  const text = root['text_config'] === undefined ? root : { ...root, ...record(root['text_config'], 'text_config') };
  return {
    // transformers ties the embeddings if either level says so.
    text: parseText(text, text['tie_word_embeddings'] === true || root['tie_word_embeddings'] === true),
    vision: parseVision(record(root['vision_config'], 'vision_config')),
    imageTokenId: integer(root, 'image_token_id'),
    visionStartTokenId: integer(root, 'vision_start_token_id'),
    source: root,
  };
}

function parseText(text: Record<string, unknown>, tied: boolean): TextConfig {
  const rope = record(text['rope_parameters'] ?? text['rope_scaling'] ?? {}, 'rope_scaling');
  const section = rope['mrope_section'];
  const hiddenSize = integer(text, 'hidden_size');
  const heads = integer(text, 'num_attention_heads');
  const headSize = typeof text['head_dim'] === 'number' ? text['head_dim'] : hiddenSize / heads;
  if (!isTriple(section) || section[0] + section[1] + section[2] !== headSize / 2) {
    throw new TrainerError(
      'invalid_checkpoint',
      `rope_scaling.mrope_section is ${JSON.stringify(section)}; it must be three numbers that sum to half the head size (${String(headSize / 2)}).`,
    );
  }
  return {
    vocabularySize: integer(text, 'vocab_size'),
    hiddenSize,
    intermediateSize: integer(text, 'intermediate_size'),
    layers: integer(text, 'num_hidden_layers'),
    heads,
    keyHeads: integer(text, 'num_key_value_heads'),
    headSize,
    rmsNormEpsilon: number(text, 'rms_norm_eps', 1e-6),
    ropeTheta: number({ ...rope, ...text }, 'rope_theta', 1_000_000),
    mropeSection: section,
    tieWordEmbeddings: tied,
  };
}

function parseVision(vision: Record<string, unknown>): VisionConfig {
  return {
    depth: integer(vision, 'depth'),
    hiddenSize: integer(vision, 'hidden_size'),
    intermediateSize: integer(vision, 'intermediate_size'),
    numHeads: integer(vision, 'num_heads'),
    inChannels: number(vision, 'in_channels', number(vision, 'in_chans', 3)),
    patchSize: integer(vision, 'patch_size'),
    spatialMergeSize: integer(vision, 'spatial_merge_size'),
    temporalPatchSize: integer(vision, 'temporal_patch_size'),
    windowSize: integer(vision, 'window_size'),
    outHiddenSize: integer(vision, 'out_hidden_size'),
    fullAttentionBlockIndexes: (vision['fullatt_block_indexes'] ?? []) as number[],
  };
}

function isTriple(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === 'number');
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TrainerError('invalid_checkpoint', `${name} is ${JSON.stringify(value) ?? 'missing'}; an object is needed. Is this a Qwen2.5-VL config.json?`);
}

function integer(source: Record<string, unknown>, key: string): number {
  const value = source[key];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new TrainerError('invalid_checkpoint', `${key} is ${JSON.stringify(value) ?? 'missing'}; a whole number is needed. Is this a Qwen2.5-VL config.json?`);
}

function number(source: Record<string, unknown>, key: string, fallback: number): number {
  const value = source[key];
  return typeof value === 'number' ? value : fallback;
}
