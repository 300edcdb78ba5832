import { initialize } from '../models/qwen2-5-vl/initialize.ts';
import { parseConfig, type ModelConfig } from '../models/qwen2-5-vl/config.ts';
import type { HostTensor } from '../engines/engine.ts';
import type { ImageInput } from '../data/packed-row.ts';
import { counterRandom } from '../counter-random.ts';

/** Token ids of the tiny model. */
export const TINY = { imagePad: 5, visionStart: 3, visionEnd: 4, stop: 7, padding: 0, vocabulary: 40 } as const;

/** A Qwen2.5-VL small enough for unit tests: 2 + 2 blocks, about 20,000 parameters. */
export function tinyModel(seed = 1): { config: ModelConfig; parameters: Map<string, HostTensor> } {
  const config = parseConfig({
    model_type: 'qwen2_5_vl',
    vocab_size: TINY.vocabulary,
    hidden_size: 32,
    intermediate_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    rope_scaling: { type: 'mrope', mrope_section: [1, 1, 2] },
    tie_word_embeddings: true,
    image_token_id: TINY.imagePad,
    vision_start_token_id: TINY.visionStart,
    vision_config: {
      depth: 2,
      hidden_size: 16,
      intermediate_size: 24,
      num_heads: 2,
      in_channels: 3,
      patch_size: 2,
      spatial_merge_size: 2,
      temporal_patch_size: 1,
      window_size: 8,
      out_hidden_size: 32,
      fullatt_block_indexes: [1],
    },
  });
  return { config, parameters: initialize(config, seed) };
}

/** A random image of `rows x columns` visual tokens for the tiny model. */
export function tinyImage(seed: number, rows = 2, columns = 2): ImageInput {
  const patches = rows * columns * 4;
  return { grid: [1, rows * 2, columns * 2], patches: Float32Array.from({ length: patches * 12 }, (_, i) => counterRandom(seed, i) - 0.5) };
}

/** A prompt around an image, followed by `length` random text tokens. */
export function tinyPrompt(seed: number, options: { length: number; image?: ImageInput }): { tokenIds: number[]; images: ImageInput[] } {
  const text = Array.from({ length: options.length }, (_, i) => 8 + Math.floor(counterRandom(seed, i) * (TINY.vocabulary - 8)));
  if (options.image === undefined) return { tokenIds: [1, ...text], images: [] };
  const pads = (options.image.grid[1] * options.image.grid[2]) / 4;
  return { tokenIds: [1, TINY.visionStart, ...Array<number>(pads).fill(TINY.imagePad), TINY.visionEnd, ...text], images: [options.image] };
}
