import * as tf from '@tensorflow/tfjs-core';
import { collate, type CollatedRows } from '../data/collate.ts';
import type { PackedRow } from '../data/packed-row.ts';
import { encodePatches, visualTokens } from '../data/visual-tokens.ts';
import { TrainerError } from '../errors.ts';
import type { Model } from '../models/qwen2-5-vl/model.ts';
import { skipsUnseenKeys } from '../nn/ranged-attention.ts';
import type { Objective, ObjectiveContext, ObjectiveTargets } from '../objectives/objective.ts';
import { targetLogProbs } from '../objectives/target-log-probs.ts';
import type { UpdateRequest } from './engine.ts';
import type { ParameterStore } from './parameter-store.ts';
import { auxiliaryName } from './trained-by.ts';

/** Sums that every update reports; those of its objective come after them. */
const COMMON_STATISTICS = ['loss', 'tokens', 'entropy'] as const;

/** Estimate of the KL divergence from the reference (k3), where the objective uses it. */
const REFERENCE_KL = 'reference_kl';

/** Names of the sums that an update reports besides the common ones. */
export function reportedStatistics(objective: Objective, settings: unknown): readonly string[] {
  return [...objective.statistics, ...(objective.usesReference?.(settings) === true ? [REFERENCE_KL] : [])];
}

/** Names of the sums of an update, in the order of its statistics. */
export function statisticNames(objective: Objective, settings: unknown): readonly string[] {
  return [...COMMON_STATISTICS, ...reportedStatistics(objective, settings)];
}

/** What a micro-batch is computed with. */
export interface MicroBatch {
  request: UpdateRequest;
  objective: Objective;
  rows: readonly PackedRow[];
  paddingTokenId: number;
  /** The model that training began with. */
  reference(): Model;
  /** Sums by `statisticNames`; added to. */
  statistics: Float32Array;
}

type Sums = Readonly<Record<string, number>>;

/** Whether visual tokens stay what they are over an update. */
export function isVisionFrozen({ trained }: ParameterStore): boolean {
  return !trained.some((name) => name.startsWith('visual.'));
}

/** Adds the gradient of some rows to that of the optimizer, and their statistics to the sums. */
export function accumulateGradient(model: Model, store: ParameterStore, part: MicroBatch): void {
  const { rows, objective } = part;
  const collated = collate(rows, { paddingTokenId: part.paddingTokenId, joined: skipsUnseenKeys() });
  const visionFrozen = isVisionFrozen(store);
  const frozenVision = visionFrozen ? visualTokens(model, collated.images) : undefined;
  const parameters = store.trained.map((name) => tensorOf(store, name));
  const context: ObjectiveContext = {
    settings: part.request.objective,
    normalizer: part.request.normalizer,
    rows,
    parameter: (name) => tensorOf(store, name),
    own: (name) => ownTensor(store, objective, name),
  };
  const referenceLogProbs =
    objective.usesReference?.(part.request.objective) === true
      ? scoreByReference(part, collated, visionFrozen ? { vision: frozenVision } : undefined)
      : undefined;
  let sums: Sums = {};
  const { value, grads } = tf.engine().gradients(
    () => {
      const vision = visionFrozen ? frozenVision : encodePatches(model, collated.images);
      const language = languageLoss(model, part, { collated, vision, context, referenceLogProbs });
      sums = language.sums;
      return vision === undefined || objective.visionLoss === undefined
        ? language.loss
        : tf.add(language.loss, objective.visionLoss(vision, context));
    },
    parameters,
    undefined,
    true,
  );
  // A parameter that the loss does not reach has no gradient, such as the decoder's where a batch asks nothing.
  store.optimizer.addGradient(grads);
  const all: Sums = { ...sums, loss: value.dataSync<'float32'>()[0]! };
  statisticNames(objective, part.request.objective).forEach((name, index) => {
    part.statistics[index]! += Math.fround(sumOf(all, name));
  });
  tf.dispose([value, frozenVision ?? []]);
}

function languageLoss(
  model: Model,
  part: MicroBatch,
  pass: {
    collated: CollatedRows;
    vision: tf.Tensor2D | undefined;
    context: ObjectiveContext;
    referenceLogProbs: Float32Array | undefined;
  },
): { loss: tf.Tensor; sums: Sums } {
  const { objective, rows, request } = part;
  if (pass.collated.targetIds.length === 0)
    return { loss: tf.scalar(0), sums: Object.fromEntries(statisticNames(objective, request.objective).map((name) => [name, 0])) };
  const { logProbs, entropy } = targetLogProbs(model, pass.collated, { vision: pass.vision, temperature: request.temperature });
  const { referenceLogProbs } = pass;
  const targets = { ...objectiveTargets(rows, { logProbs, entropy }), ...(referenceLogProbs === undefined ? {} : { referenceLogProbs }) };
  const { loss, statistics } = objective.loss(targets, pass.context);
  const entropySum = entropy.dataSync<'float32'>().reduce((sum, value) => sum + value, 0);
  const kl = referenceLogProbs === undefined ? {} : { [REFERENCE_KL]: sumOfKl(targets.values, referenceLogProbs) };
  return { loss, sums: { ...statistics, ...kl, tokens: targets.values.length, entropy: entropySum } };
}

/** What the model that training began with says of the targets. */
function scoreByReference(part: MicroBatch, collated: CollatedRows, frozen: { vision: tf.Tensor2D | undefined } | undefined): Float32Array {
  if (collated.targetIds.length === 0) return new Float32Array();
  const model = part.reference();
  return tf.tidy(() => {
    const vision = frozen === undefined ? encodePatches(model, collated.images) : frozen.vision;
    return targetLogProbs(model, collated, { vision, temperature: part.request.temperature }).logProbs.dataSync<'float32'>();
  });
}

function sumOfKl(values: Float32Array, reference: Float32Array): number {
  return values.reduce((sum, value, n) => sum + Math.exp(reference[n]! - value) - (reference[n]! - value) - 1, 0);
}

function objectiveTargets(
  rows: readonly PackedRow[],
  { logProbs, entropy }: Pick<ObjectiveTargets, 'logProbs' | 'entropy'>,
): ObjectiveTargets {
  const values = logProbs.dataSync<'float32'>();
  const targets = rows.flatMap((row) => row.targets);
  let first = 0;
  const sequences = rows.flatMap((row) => {
    const start = first;
    first += row.sequences;
    return row.targets.map(({ sequence }) => start + sequence);
  });
  const oldLogProbs = new Float32Array(targets.map(({ oldLogProb }, n) => oldLogProb ?? values[n]!));
  return {
    logProbs,
    entropy,
    values,
    weights: new Float32Array(targets.map(({ weight }) => weight)),
    advantages: new Float32Array(targets.map(({ advantage }) => advantage)),
    oldLogProbs,
    samplerLogProbs: new Float32Array(targets.map(({ samplerLogProb }, n) => samplerLogProb ?? oldLogProbs[n]!)),
    sequences: new Int32Array(sequences),
  };
}

function sumOf(sums: Sums, name: string): number {
  const value = sums[name];
  if (value === undefined)
    throw new TrainerError('invalid_plugin', `The objective announces the statistic "${name}" and its loss does not return it.`);
  return value;
}

function ownTensor(store: ParameterStore, objective: Objective, name: string): tf.Tensor {
  const tensor = store.tensors.get(auxiliaryName(objective.name, name));
  if (tensor !== undefined) return tensor;
  throw new TrainerError(
    'invalid_config',
    `The objective "${objective.name}" uses its own parameter "${name}", and this engine has none. Return it from \`parameters\` of defineObjective, and create the engine with objective: { name: "${objective.name}" }.`,
  );
}

function tensorOf(store: ParameterStore, name: string): tf.Tensor {
  const tensor = store.tensors.get(name);
  if (tensor === undefined) throw new TrainerError('invalid_checkpoint', `The parameter ${name} is missing.`);
  return tensor;
}
