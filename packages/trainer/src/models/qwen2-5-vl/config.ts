// `config.json` of a Qwen2.5-VL checkpoint, in the flat layout of the published folders or with a `text_config`, as newer versions of
// Hugging Face transformers write it. A field that changes what the model computes is computed here or refused by name; absent fields have
// the defaults of transformers.
import { join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import { checkModelFolder } from '../../files/model-folder.ts';
import { readJsonIfPresent } from '../../files/read-text.ts';
import { type Fields, integer, invalidField, mustBe, numberOr, record } from './config-fields.ts';
import type { ModelConfig, TextConfig } from './model-config.ts';
import { parseRopeScaling } from './rope-scaling.ts';
import type { VisionConfig } from './vision-config.ts';

export type { ModelConfig, TextConfig } from './model-config.ts';

const TEXT_THETA = 1_000_000;
const VISION_THETA = 10_000;
const MROPE_SECTION = [16, 24, 24];
/** The first layer with a window, where a file that turns windows on does not say. */
const DEFAULT_WINDOW_LAYERS = 80;
const FULL_ATTENTION_BLOCKS = [7, 15, 23, 31];

/** Reads `config.json` of a Qwen2.5-VL checkpoint folder. Throws `invalid_checkpoint`. */
export async function loadConfig(folder: string): Promise<ModelConfig> {
  await checkModelFolder(folder);
  const path = join(folder, 'config.json');
  const value = await readJsonIfPresent(path, 'invalid_checkpoint');
  try {
    return parseConfig(value);
  } catch (error) {
    if (error instanceof TrainerError) throw new TrainerError(error.code, `${folder}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Builds a `ModelConfig` from the contents of `config.json`, of the flat layout or the one with a `text_config`. Throws `invalid_checkpoint`. */
export function parseConfig(value: unknown): ModelConfig {
  const root = record(value, 'the whole file');
  if (root['model_type'] !== 'qwen2_5_vl') throw invalidField('model_type', root['model_type'], 'this engine runs "qwen2_5_vl" only');
  if (root['quantization_config'] !== undefined && root['quantization_config'] !== null)
    throw invalidField('quantization_config', root['quantization_config'], 'quantized weights cannot be loaded');
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

function parseText(text: Fields, tied: boolean): TextConfig {
  const rope = record(text['rope_scaling'] ?? text['rope_parameters'] ?? {}, 'rope_scaling');
  const hiddenSize = integer(text, 'hidden_size');
  const heads = integer(text, 'num_attention_heads');
  const layers = integer(text, 'num_hidden_layers');
  const headSize = numberOr(text, 'head_dim', hiddenSize / heads);
  const maxPositions = text['max_position_embeddings'] === undefined ? undefined : integer(text, 'max_position_embeddings');
  mustBe('hidden_act', text['hidden_act'], 'silu');
  refuseSlidingWindow(text, layers);
  return {
    vocabularySize: integer(text, 'vocab_size'),
    hiddenSize,
    intermediateSize: integer(text, 'intermediate_size'),
    layers,
    heads,
    keyHeads: numberOr(text, 'num_key_value_heads', heads),
    headSize,
    rmsNormEpsilon: numberOr(text, 'rms_norm_eps', 1e-5),
    ropeTheta: numberOr(rope, 'rope_theta', numberOr(text, 'rope_theta', TEXT_THETA)),
    ropeScaling: parseRopeScaling(rope, maxPositions),
    ...(maxPositions === undefined ? {} : { maxPositions }),
    mropeSection: parseSection(rope['mrope_section'] ?? MROPE_SECTION, headSize),
    tieWordEmbeddings: tied,
  };
}

function parseSection(section: unknown, headSize: number): readonly [number, number, number] {
  if (isTriple(section) && section[0] + section[1] + section[2] === headSize / 2) return section;
  throw invalidField(
    'rope_scaling.mrope_section',
    section,
    `three numbers are needed that sum to half the head size (${String(headSize / 2)})`,
  );
}

/** Attention within a sliding window is not computed; the fields are allowed as long as no layer uses them. */
function refuseSlidingWindow(text: Fields, layers: number): void {
  const types = text['layer_types'];
  if (Array.isArray(types)) {
    if (types.length !== layers) throw invalidField('layer_types', types, `num_hidden_layers ${String(layers)} needs as many entries`);
    const other: unknown = types.find((type) => type !== 'full_attention');
    if (other !== undefined) throw invalidField('layer_types', types, 'this engine computes "full_attention" only');
    return;
  }
  const first = text['max_window_layers'] === undefined ? DEFAULT_WINDOW_LAYERS : integer(text, 'max_window_layers');
  const slides = text['use_sliding_window'] === true && text['sliding_window'] !== null && first < layers;
  if (slides) {
    throw invalidField(
      'use_sliding_window',
      true,
      `layers from max_window_layers (${String(first)}) on would attend within a window, which this engine does not compute`,
    );
  }
}

function parseVision(vision: Fields): VisionConfig {
  const rope = record(vision['rope_parameters'] ?? vision['rope_scaling'] ?? {}, 'vision_config.rope_parameters');
  mustBe('vision_config.hidden_act', vision['hidden_act'], 'silu');
  const type = rope['rope_type'] ?? 'default';
  if (type !== 'default' && type !== 'axial')
    throw invalidField('vision_config.rope_parameters.rope_type', type, '"default" is computed only');
  return {
    depth: integer(vision, 'depth'),
    hiddenSize: integer(vision, 'hidden_size'),
    intermediateSize: integer(vision, 'intermediate_size'),
    numHeads: integer(vision, 'num_heads'),
    inChannels: numberOr(vision, 'in_channels', numberOr(vision, 'in_chans', 3)),
    patchSize: integer(vision, 'patch_size'),
    spatialMergeSize: integer(vision, 'spatial_merge_size'),
    temporalPatchSize: integer(vision, 'temporal_patch_size'),
    windowSize: integer(vision, 'window_size'),
    outHiddenSize: integer(vision, 'out_hidden_size'),
    fullAttentionBlockIndexes: parseBlocks(vision['fullatt_block_indexes'] ?? FULL_ATTENTION_BLOCKS),
    ropeTheta: numberOr(rope, 'rope_theta', numberOr(vision, 'rope_theta', VISION_THETA)),
  };
}

function parseBlocks(value: unknown): number[] {
  if (Array.isArray(value) && value.every((item) => Number.isInteger(item))) return value as number[];
  throw invalidField('vision_config.fullatt_block_indexes', value, 'a list of block numbers is needed');
}

function isTriple(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === 'number');
}
