import { TrainerError } from '../../errors.ts';

/** Configuration of the vision tower: Hugging Face's `vision_config` in camelCase. */
export interface VisionConfig {
  readonly depth: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly inChannels: number;
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
  /** Side of the square of patches that becomes one visual token. */
  readonly spatialMergeSize: number;
  readonly temporalPatchSize: number;
  /** Side of an attention window, in pixels. */
  readonly windowSize: number;
  /** Width of the language model that takes the visual tokens. */
  readonly outHiddenSize: number;
  /** Blocks that attend over the whole frame; the others attend within windows. */
  readonly fullAttentionBlockIndexes: readonly number[];
  /** Base of the rotary frequencies. */
  readonly ropeTheta: number;
}

/** Temporal, vertical and horizontal number of patches of one image or clip. */
export type GridThw = readonly [frames: number, height: number, width: number];

/** Values in one flattened patch: channels x temporal patch x patch x patch. */
export function patchLength(config: VisionConfig): number {
  return config.inChannels * config.temporalPatchSize * config.patchSize * config.patchSize;
}

/** Width of one attention head; throws `invalid_config` where 2-D rotary embeddings cannot be laid out in it. */
export function visionHeadDim(config: VisionConfig): number {
  const headDim = config.hiddenSize / config.numHeads;
  if (Number.isInteger(headDim) && headDim % 4 === 0) return headDim;
  throw new TrainerError(
    'invalid_config',
    `vision_config has hidden_size ${config.hiddenSize} and num_heads ${config.numHeads}, a head of ${headDim}; ` +
      'a head must be a multiple of 4 wide (vertical and horizontal, sine and cosine); change hidden_size or num_heads',
  );
}

/** Names (as on the hub) and PyTorch shapes of all weights of the vision tower. */
export function visionWeightShapes(config: VisionConfig): Map<string, number[]> {
  const { hiddenSize, intermediateSize, outHiddenSize, patchSize } = config;
  const merged = hiddenSize * config.spatialMergeSize ** 2;
  const shapes = new Map<string, number[]>();
  const dense = (name: string, outputs: number, inputs: number): void => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  };
  shapes.set('visual.patch_embed.proj.weight', [hiddenSize, config.inChannels, config.temporalPatchSize, patchSize, patchSize]);
  for (let index = 0; index < config.depth; index += 1) {
    const block = `visual.blocks.${index}`;
    shapes.set(`${block}.norm1.weight`, [hiddenSize]).set(`${block}.norm2.weight`, [hiddenSize]);
    dense(`${block}.attn.qkv`, 3 * hiddenSize, hiddenSize);
    dense(`${block}.attn.proj`, hiddenSize, hiddenSize);
    dense(`${block}.mlp.gate_proj`, intermediateSize, hiddenSize);
    dense(`${block}.mlp.up_proj`, intermediateSize, hiddenSize);
    dense(`${block}.mlp.down_proj`, hiddenSize, intermediateSize);
  }
  shapes.set('visual.merger.ln_q.weight', [hiddenSize]);
  dense('visual.merger.mlp.0', merged, merged);
  dense('visual.merger.mlp.2', outHiddenSize, merged);
  return shapes;
}
