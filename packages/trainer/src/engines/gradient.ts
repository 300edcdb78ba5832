import * as tf from '@tensorflow/tfjs-core';
import { collate, type CollatedRows } from '../data/collate.ts';
import { TrainerError } from '../errors.ts';
import { denseLoss, type DenseHead, type DenseLabels } from '../loss/dense-loss.ts';
import { nextTokenLoss, policyLoss } from '../loss/policy-loss.ts';
import { targetLogProbs } from '../loss/target-log-probs.ts';
import { encodeImages, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { LossOptions, UpdateRequest } from './engine.ts';
import { AUXILIARY_PREFIX, type ParameterStore } from './parameter-store.ts';

/** Sums that travel behind the gradient, so that one exchange serves both. */
export const STATISTICS = ['loss', 'tokens', 'entropy', 'clipped', 'kl'] as const;

/** Name of a sum behind the gradient. */
export type StatisticName = (typeof STATISTICS)[number];

interface MicroBatch {
  request: UpdateRequest;
  indexes: readonly number[];
  frozen: readonly ModelPart[];
  paddingTokenId: number;
  /** The flat gradient with the statistics behind it; added to. */
  buffer: Float32Array;
}

interface TokenData {
  weights: Float32Array;
  advantages: Float32Array;
  oldLogProbs: Float32Array;
}

/** Adds the gradient and the statistics of some rows to the buffer. */
export function accumulateGradient(model: Model, store: ParameterStore, part: MicroBatch): void {
  const rows = part.indexes.flatMap((index) => part.request.rows[index] ?? []);
  const collated = collate(rows, part.paddingTokenId);
  const targets = rows.flatMap((row) => row.targets);
  const tokens: TokenData = {
    weights: Float32Array.from(targets, (target) => target.weight),
    advantages: Float32Array.from(targets, (target) => target.advantage),
    oldLogProbs: Float32Array.from(targets, (target) => target.oldLogProb),
  };
  const dense =
    part.request.dense === undefined ? undefined : joinLabels(part.indexes.flatMap((index) => part.request.dense?.[index] ?? []));
  const visionFrozen = part.frozen.includes('vit') && part.frozen.includes('connector');
  const patches = collated.grids.length === 0 ? undefined : patchTensor(model, collated.patches);
  const frozenVision = patches !== undefined && visionFrozen ? encodeImages(model, patches, collated.grids) : undefined;
  const parameters = store.trained.map(({ name }) => tensorOf(store, name));
  let statistics = new Float32Array(0);
  const { value, grads } = tf.engine().gradients(
    () => {
      const vision = frozenVision ?? (patches === undefined ? undefined : encodeImages(model, patches, collated.grids));
      const loss = languageLoss(model, { collated, tokens, vision, request: part.request, report: (sums) => (statistics = sums) });
      return dense === undefined || vision === undefined ? loss : tf.add(loss, denseLoss(vision, denseHead(store), dense));
    },
    parameters,
    undefined,
    true,
  );
  store.trained.forEach(({ offset }, index) => addInto(part.buffer, grads[index]?.dataSync<'float32'>(), offset));
  statistics[0] = value.dataSync<'float32'>()[0] ?? Number.NaN;
  addInto(part.buffer, statistics, store.gradientSize);
  tf.dispose([value, grads, patches ?? [], frozenVision ?? []]);
}

function languageLoss(
  model: Model,
  pass: {
    collated: CollatedRows;
    tokens: TokenData;
    vision: tf.Tensor2D | undefined;
    request: UpdateRequest;
    report: (sums: Float32Array<ArrayBuffer>) => void;
  },
): tf.Scalar {
  const { collated, tokens, request } = pass;
  if (collated.targetIds.length === 0) {
    pass.report(new Float32Array(STATISTICS.length));
    return tf.scalar(0);
  }
  const { loss } = request;
  const { logProbs, entropy } = targetLogProbs(model, collated, {
    vision: pass.vision,
    temperature: loss.kind === 'policy' ? loss.temperature : 1,
  });
  const now = logProbs.dataSync<'float32'>();
  const old = tokens.oldLogProbs.map((value, n) => (Number.isNaN(value) ? (now[n] ?? 0) : value));
  pass.report(tokenStatistics({ now, old, entropy: entropy.dataSync<'float32'>(), tokens, loss }));
  if (loss.kind === 'next-token') return nextTokenLoss(logProbs, tokens.weights, request.normalizer);
  return policyLoss(logProbs, { ...tokens, oldLogProbs: old }, { ...loss, normalizer: request.normalizer });
}

function tokenStatistics(pass: {
  now: Float32Array;
  old: Float32Array;
  entropy: Float32Array;
  tokens: TokenData;
  loss: LossOptions;
}): Float32Array<ArrayBuffer> {
  const sums = new Float32Array(STATISTICS.length);
  const add = (name: StatisticName, value: number): void => {
    const index = STATISTICS.indexOf(name);
    sums[index] = (sums[index] ?? 0) + value;
  };
  pass.now.forEach((logProb, n) => {
    const difference = logProb - (pass.old[n] ?? 0);
    add('tokens', 1);
    add('entropy', pass.entropy[n] ?? 0);
    if (pass.loss.kind !== 'policy') return;
    const advantage = pass.tokens.advantages[n] ?? 0;
    const ratio = Math.exp(difference);
    add('kl', -difference);
    add('clipped', (advantage > 0 && ratio > 1 + pass.loss.clipHigh) || (advantage < 0 && ratio < 1 - pass.loss.clipLow) ? 1 : 0);
  });
  return sums;
}

function addInto(buffer: Float32Array, values: Float32Array | undefined, offset: number): void {
  if (values === undefined) return;
  for (let i = 0; i < values.length; i++) buffer[offset + i] = (buffer[offset + i] ?? 0) + (values[i] ?? 0);
}

function tensorOf(store: ParameterStore, name: string): tf.Tensor {
  const tensor = store.tensors.get(name);
  if (tensor === undefined) throw new TrainerError('invalid_checkpoint', `The parameter ${name} is missing.`);
  return tensor;
}

function denseHead(store: ParameterStore): DenseHead {
  return {
    weight: tensorOf(store, `${AUXILIARY_PREFIX}dense.weight`),
    bias: tensorOf(store, `${AUXILIARY_PREFIX}dense.bias`),
    sides: tensorOf(store, `${AUXILIARY_PREFIX}sides.weight`),
    embeddings: tensorOf(store, 'model.embed_tokens.weight'),
  };
}

function joinLabels(sets: readonly DenseLabels[]): DenseLabels | undefined {
  const first = sets[0];
  if (first === undefined) return undefined;
  return {
    classIds: Int32Array.from(sets.flatMap((set) => [...set.classIds])),
    boxes: Float32Array.from(sets.flatMap((set) => [...set.boxes])),
    boxWeights: Float32Array.from(sets.flatMap((set) => [...set.boxWeights])),
    names: Int32Array.from(sets.flatMap((set) => [...set.names])),
    sides: Int32Array.from(sets.flatMap((set) => [...set.sides])),
    words: first.words,
    weight: first.weight,
    normalizer: first.normalizer,
  };
}
