import type { HostTensor } from '../models/host-tensor.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { BatchSize } from '../objectives/objective.ts';
import type { AdamwOptions } from '../optimizer/adamw.ts';
import type { ImageInput, PackedRow } from '../data/packed-row.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../rollout/generate.ts';

export type { HostTensor } from '../models/host-tensor.ts';

/** Everything of an engine that a checkpoint must hold. */
export interface EngineSnapshot {
  /** All parameters by their Hugging Face names. */
  parameters: Map<string, HostTensor>;
  /** First and second moments of the trained parameters; empty before the first update. */
  moment1: Map<string, Float32Array>;
  moment2: Map<string, Float32Array>;
  /** Updates done; AdamW's bias correction counts them. */
  optimizerStep: number;
}

/** One optimizer step over a batch of packed rows. */
export interface UpdateRequest {
  rows: readonly PackedRow[];
  /** The objective by its name, with its settings beside it. */
  objective: ObjectiveSettings;
  /** Divides the logits, as when the responses were sampled; 1 for supervised training. */
  temperature: number;
  /** Size of the whole batch: the loss is a mean over the batch, not over a rank. */
  normalizer: BatchSize;
  learningRate: number;
  /** Gradients whose norm over all trained parameters is larger are scaled down to it; `Infinity` for none. */
  gradientClip: number;
  adamw: AdamwOptions;
}

/** Name of an objective, with its settings beside it. */
export interface ObjectiveSettings {
  name: string;
  [setting: string]: unknown;
}

/** What an update did; means are over the target tokens of the batch. */
export interface UpdateReport {
  /** The objective over the batch, as it was before the update. */
  loss: number;
  /** L2 norm over all trained parameters, before clipping. */
  gradientNorm: number;
  /** Mean entropy of the next-token distribution in nats. */
  entropy: number;
  /** Length of the gradient of each trained part, before clipping. */
  gradientNorms: Partial<Record<ModelPart, number>>;
  /** What the objective reports: `clip_fraction` and `approximate_kl` for `policy`. */
  statistics: Record<string, number>;
  /** Target tokens of the batch over all ranks. */
  tokens: number;
}

/** A model that can sample, score and learn, on one rank or many; callers do not see how many. */
export interface Engine {
  readonly config: ModelConfig;
  readonly ranks: number;
  /**
   * The same images, with their visual tokens where the vision tower is frozen, so that sampling and the update of a step do not encode them
   * again. Where it is trained they come back as they were. What comes back is good until the engine's parameters are restored.
   */
  encodeImages(images: readonly ImageInput[]): Promise<readonly ImageInput[]>;
  /** `[P][G]` responses. */
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  /** Log-probabilities in nats of every row's targets, in row order; logits are divided by the temperature. */
  scoreTargets(rows: readonly PackedRow[], temperature: number): Promise<Float32Array[]>;
  /** One optimizer step. Throws `not_finite` and leaves the parameters as they were when the loss or the gradient is NaN. */
  update(request: UpdateRequest): Promise<UpdateReport>;
  /** What a checkpoint holds. */
  snapshot(): Promise<EngineSnapshot>;
  restore(snapshot: EngineSnapshot): Promise<void>;
  close(): Promise<void>;
}
