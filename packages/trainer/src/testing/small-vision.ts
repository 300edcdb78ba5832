import type { VisionConfig } from '../models/qwen2-5-vl/vision-config.ts';

/** A vision tower for tests: 2 x 2 patches a token, 2 x 2 tokens a window, one block with windows. */
export const SMALL_VISION: VisionConfig = {
  depth: 1,
  hiddenSize: 16,
  intermediateSize: 8,
  numHeads: 2,
  inChannels: 1,
  patchSize: 2,
  spatialMergeSize: 2,
  temporalPatchSize: 1,
  windowSize: 8,
  outHiddenSize: 4,
  fullAttentionBlockIndexes: [],
  ropeTheta: 10_000,
};
