/**
 * One copy of the model on one rank: samples, scores and learns. With several ranks every replica holds the same parameters and sees its
 * share of the rows; the sum of the gradients is exchanged, then all take the same step.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import type { Collective } from '../collective/collective.ts';
import { collate } from '../data/collate.ts';
import type { ImageInput, PackedRow } from '../data/packed-row.ts';
import { visualTokens, withVisualTokens } from '../data/visual-tokens.ts';
import { TrainerError } from '../errors.ts';
import type { Model } from '../models/qwen2-5-vl/model.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import { weightShapes, type ModelPart } from '../models/qwen2-5-vl/weights.ts';
import { skipsUnseenKeys } from '../nn/ranged-attention.ts';
import type { Objective } from '../objectives/objective.ts';
import { targetLogProbs } from '../objectives/target-log-probs.ts';
import type { OptimizerPlace } from '../optimizer/create-optimizer.ts';
import { generate, type Generation, type GenerationOptions, type GenerationPrompt } from '../rollout/generate.ts';
import type { EngineSnapshot, HostTensor, ObjectiveSettings, UpdateReport, UpdateRequest } from './engine.ts';
import { resolveAlgorithm } from '../resolve-settings.ts';
import { isVisionFrozen } from './gradient.ts';
import { microBatches } from './micro-batches.ts';
import { createParameterStore } from './parameter-store.ts';
import { createReference } from './reference.ts';
import { checkLearningRate, requireTrained, takeUpdate } from './take-update.ts';
import { auxiliaryName } from './trained-by.ts';

/** What makes a replica. */
export interface ReplicaOptions {
  config: ModelConfig;
  parameters: ReadonlyMap<string, HostTensor>;
  /** Parts that keep their values. */
  frozen: readonly ModelPart[];
  paddingTokenId: number;
  /** Tokens per forward-backward pass, padding included; more rows are split and their gradients added. */
  tokensPerMicroBatch: number;
  /** Computes each block again in the backward pass instead of keeping its activations: less memory, a forward pass more. */
  gradientCheckpointing?: boolean;
  /** Where moments are held and steps are taken; `auto` where absent. */
  optimizer?: OptimizerPlace | undefined;
  collective: Collective;
  /** The objective of the updates, where it has parameters of its own to train. */
  objective?: ObjectiveSettings;
  /** What updates can minimize, by name. */
  objectives: ReadonlyMap<string, Objective>;
}

/** One copy of the model; all calls are synchronous and block their thread. */
export interface Replica {
  encodeImages(images: readonly ImageInput[]): readonly ImageInput[];
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Generation[][];
  scoreTargets(rows: readonly PackedRow[], temperature: number): Float32Array[];
  update(request: UpdateRequest): UpdateReport;
  snapshot(): EngineSnapshot;
  restore(snapshot: EngineSnapshot): void;
  dispose(): void;
}

/** Creates a replica on the current TensorFlow.js backend. Throws `invalid_checkpoint` where parameters are missing or misshapen. */
export function createReplica(options: ReplicaOptions): Replica {
  checkParameters(options.config, options.parameters);
  const objectiveOf = objectiveFinder(options.objectives);
  const parameters = new Map([...options.parameters, ...ownParameters(options, objectiveOf)]);
  const store = createParameterStore(parameters, options);
  const recomputed = options.gradientCheckpointing === true ? { recomputed: new Set(store.trained) } : {};
  const model: Model = { config: options.config, weights: store.tensors, ...recomputed };
  const reference = createReference(model, store, options.parameters);
  return {
    encodeImages: (images) => (isVisionFrozen(store) ? withVisualTokens(model, images) : images),
    generate: (prompts, generation) => generate(model, prompts, generation),
    scoreTargets: (rows, temperature) =>
      inRowOrder(microBatches(rows, { tokens: options.tokensPerMicroBatch, joined: skipsUnseenKeys() }), (indexes) =>
        scoreRows(
          model,
          indexes.map((index) => at(rows, index)),
          { temperature, padding: options.paddingTokenId },
        ),
      ),
    update: (given) => {
      requireTrained(store);
      checkLearningRate(given.learningRate, store);
      const { objective, settings } = objectiveOf(given.objective);
      return takeUpdate({ ...options, model, store, objective, reference: reference.model }, { ...given, objective: settings });
    },
    snapshot: () => store.snapshot(),
    restore: (snapshot) => store.restore(snapshot),
    dispose: () => {
      reference.dispose();
      store.dispose();
    },
  };
}

type ObjectiveFinder = (given: ObjectiveSettings) => { objective: Objective; settings: ObjectiveSettings };

/** The parameters of the objective that the engine was created with, as the engine names them. */
function ownParameters({ objective: given, config }: ReplicaOptions, objectiveOf: ObjectiveFinder): [string, HostTensor][] {
  if (given === undefined) return [];
  const { objective, settings } = objectiveOf(given);
  return [...(objective.parameters?.(settings, config) ?? [])].map(([name, tensor]) => [auxiliaryName(objective.name, name), tensor]);
}

/** Looks objectives up and fills in their defaults, once for the same settings: a run asks for one and the same at every step. */
function objectiveFinder(known: ReadonlyMap<string, Objective>): ObjectiveFinder {
  let last: { key: string; found: ReturnType<ObjectiveFinder> } | undefined;
  return (given) => {
    const key = JSON.stringify(given);
    if (last?.key === key) return last.found;
    const { algorithm, settings } = resolveAlgorithm({ name: 'objective', setting: 'objective' }, known, given);
    last = { key, found: { objective: algorithm, settings } };
    return last.found;
  };
}

function checkParameters(config: ModelConfig, parameters: ReadonlyMap<string, HostTensor>): void {
  for (const [name, shape] of weightShapes(config)) {
    const have = parameters.get(name);
    if (have?.shape.join('x') === shape.join('x')) continue;
    throw new TrainerError(
      'invalid_checkpoint',
      `Parameter ${name} is ${have === undefined ? 'missing' : `of shape [${have.shape.join(', ')}]`}; config.json asks for [${shape.join(', ')}]. Use the config.json that belongs to these weights.`,
    );
  }
}

/** What `score` says of each row, by the row's index. */
function inRowOrder(parts: readonly number[][], score: (indexes: readonly number[]) => Float32Array[]): Float32Array[] {
  const scores: Float32Array[] = [];
  for (const indexes of parts) score(indexes).forEach((row, place) => (scores[at(indexes, place)] = row));
  return scores;
}

function scoreRows(model: Model, rows: readonly PackedRow[], options: { temperature: number; padding: number }): Float32Array[] {
  const collated = collate(rows, { paddingTokenId: options.padding, joined: skipsUnseenKeys() });
  const values = tf.tidy(() => {
    const vision = visualTokens(model, collated.images);
    return targetLogProbs(model, collated, { vision, temperature: options.temperature }).logProbs.dataSync<'float32'>();
  });
  if (values.some((value) => Number.isNaN(value)))
    throw new TrainerError(
      'not_finite',
      'A log-probability is NaN: the weights are damaged or training has diverged. Go back to an earlier checkpoint.',
    );
  let start = 0;
  return rows.map((row) => values.slice(start, (start += row.targets.length)));
}
