/**
 * What an update minimizes. An objective is one object in one file: its settings, the statistics it reports, and its loss. Every rank looks
 * it up by name, so a new loss needs no change of the engine:
 *
 * ```ts
 * export const margin = defineObjective({
 *   name: 'margin',
 *   settings: Type.Object({ width: withDefault(Type.Number(), 1) }),
 *   statistics: [],
 *   loss: ({ logProbs, advantages }, { settings, normalizer }) => ({
 *     loss: tf.tidy(() => tf.div(tf.sum(tf.relu(tf.sub(settings.width, tf.mul(logProbs, advantages)))), normalizer.tokens)),
 *     statistics: {},
 *   }),
 * });
 * ```
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Static, TObject } from 'typebox';
import type { PackedRow } from '../data/packed-row.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';

/** The target tokens of a micro-batch, `[N]` each, in the order of its rows. */
export interface ObjectiveTargets {
  /** Log-probabilities under the model as it is; the gradient flows through them. */
  readonly logProbs: tf.Tensor1D;
  /** Entropy of the next-token distribution in nats; the gradient flows through it. */
  readonly entropy: tf.Tensor1D;
  /** The log-probabilities as numbers, for statistics. */
  readonly values: Float32Array;
  /** Share of each token in the loss. */
  readonly weights: Float32Array;
  /** 0 where the row says none. */
  readonly advantages: Float32Array;
  /** Log-probabilities before the first update of the step; `values` where the row says none, which is an on-policy update. */
  readonly oldLogProbs: Float32Array;
  /** Log-probabilities that the sampler gave; `oldLogProbs` where the row says none. They differ from `oldLogProbs` where sampler and trainer compute differently. */
  readonly samplerLogProbs: Float32Array;
  /** Log-probabilities under the model that training began with; absent where the objective does not use it. */
  readonly referenceLogProbs?: Float32Array;
  /** Which continuation a token belongs to, counted from 0 over the rows of the micro-batch. */
  readonly sequences: Int32Array;
}

/** What an objective is given beside the targets. */
export interface ObjectiveContext<Settings = unknown> {
  readonly settings: Settings;
  /** Sizes of the whole batch over all ranks: divide by these, and the sum over micro-batches and ranks is the loss of the batch. */
  readonly normalizer: BatchSize;
  readonly rows: readonly PackedRow[];
  /** A parameter of the model by its name. Throws `invalid_checkpoint` where there is none. */
  parameter(name: string): tf.Tensor;
  /** A parameter of the objective's own. Throws `invalid_config` where the engine was not created with this objective. */
  own(name: string): tf.Tensor;
}

/** Size of a batch over all ranks. */
export interface BatchSize {
  /** Sum of the weights of all target tokens. */
  readonly tokens: number;
  /** Number of continuations. */
  readonly sequences: number;
}

/** A loss, and sums over the tokens of the micro-batch for each name in `statistics`. */
export interface ObjectiveOutput {
  /** Scalar. */
  readonly loss: tf.Tensor;
  readonly statistics: Readonly<Record<string, number>>;
}

/** What an update minimizes. */
export interface Objective {
  readonly name: string;
  /** Schema of its settings. */
  readonly settings: TObject;
  /** Names of the sums it reports. */
  readonly statistics: readonly string[];
  /**
   * Whether these settings compare with the model that training began with. Then every rank keeps that model, the targets come with
   * `referenceLogProbs`, and `reference_kl` is reported. Never where absent.
   */
  usesReference?(settings: unknown): boolean;
  /**
   * Parameters that the objective trains beside the model's, such as a head, with their first values; none where absent. They are saved in
   * checkpoints and never with the model. The engine must be created with the objective.
   */
  parameters?(settings: unknown, config: ModelConfig): ReadonlyMap<string, HostTensor>;
  /** Loss over target tokens; called for micro-batches that have some. Runs inside the gradient tape. */
  loss(targets: ObjectiveTargets, context: ObjectiveContext): ObjectiveOutput;
  /** Loss over visual tokens `[M, C]`, added to the other; scalar. Called for micro-batches that have images. */
  visionLoss?(vision: tf.Tensor2D, context: ObjectiveContext): tf.Tensor;
}

/** An objective as it is written: its settings have the type of its schema. */
export interface ObjectiveDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  readonly statistics: readonly string[];
  usesReference?(settings: Static<Schema>): boolean;
  parameters?(settings: Static<Schema>, config: ModelConfig): ReadonlyMap<string, HostTensor>;
  loss(targets: ObjectiveTargets, context: ObjectiveContext<Static<Schema>>): ObjectiveOutput;
  visionLoss?(vision: tf.Tensor2D, context: ObjectiveContext<Static<Schema>>): tf.Tensor;
}

/** Makes an objective. Its settings are checked by its schema before they reach it. */
export function defineObjective<Schema extends TObject>(definition: ObjectiveDefinition<Schema>): Objective {
  return definition;
}
