import { SCENE_SIZE } from '../suite/contract.ts';

/** Side of a patch in pixels; two by two patches become one visual token. */
export const PATCH_SIZE = 8;

/** Patches merged along each side. */
export const MERGE_SIZE = 2;

/** Visual tokens along each side of a scene. */
export const CELLS = SCENE_SIZE / (PATCH_SIZE * MERGE_SIZE);

/** Ids that `config.json` names. */
export interface NanoTokenIds {
  vocabularySize: number;
  imagePad: number;
  videoPad: number;
  visionStart: number;
  visionEnd: number;
  endOfTurn: number;
  endOfText: number;
}

/** `config.json` of orsta-nano: the architecture of Qwen2.5-VL with 1.4 million parameters. */
export function nanoConfig(ids: NanoTokenIds): Record<string, unknown> {
  return {
    architectures: ['Qwen2_5_VLForConditionalGeneration'],
    model_type: 'qwen2_5_vl',
    torch_dtype: 'float32',
    vocab_size: ids.vocabularySize,
    hidden_size: 128,
    intermediate_size: 320,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_act: 'silu',
    max_position_embeddings: 1024,
    rms_norm_eps: 1e-6,
    rope_theta: 100_000,
    rope_scaling: { type: 'mrope', mrope_section: [1, 1, 14] },
    tie_word_embeddings: true,
    use_sliding_window: false,
    attention_dropout: 0,
    image_token_id: ids.imagePad,
    video_token_id: ids.videoPad,
    vision_start_token_id: ids.visionStart,
    vision_end_token_id: ids.visionEnd,
    bos_token_id: ids.endOfText,
    eos_token_id: ids.endOfTurn,
    pad_token_id: ids.endOfText,
    vision_config: {
      model_type: 'qwen2_5_vl',
      depth: 4,
      hidden_size: 96,
      hidden_act: 'silu',
      intermediate_size: 192,
      num_heads: 3,
      in_channels: 3,
      in_chans: 3,
      patch_size: PATCH_SIZE,
      spatial_merge_size: MERGE_SIZE,
      temporal_patch_size: 2,
      window_size: 48,
      tokens_per_second: 2,
      out_hidden_size: 128,
      fullatt_block_indexes: [1, 3],
    },
  };
}
