import type { RopeScaling } from './rope-scaling.ts';
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
  ropeScaling: RopeScaling;
  /** The longest sequence the model was made for; absent where `config.json` does not say. */
  maxPositions?: number;
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
