/**
 * One copy of the model on one rank: samples, scores and learns. With several ranks every replica holds the same parameters and sees its
 * share of the rows; the sum of the gradients is exchanged, then all take the same step.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Collective } from '../collective/collective.ts';
import { collate } from '../data/collate.ts';
import type { PackedRow } from '../data/packed-row.ts';
import { TrainerError } from '../errors.ts';
import { targetLogProbs } from '../loss/target-log-probs.ts';
import { encodeImages, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import { weightShapes, type ModelPart } from '../models/qwen2-5-vl/weights.ts';
import { gradientNorm } from '../optimizer/adamw.ts';
import { generate, type Generation, type GenerationOptions, type GenerationPrompt } from '../rollout/generate.ts';
import type { EngineSnapshot, HostTensor, UpdateReport, UpdateRequest } from './engine.ts';
import { accumulateGradient, STATISTICS, type StatisticName } from './gradient.ts';
import { createParameterStore } from './parameter-store.ts';

/** What makes a replica. */
export interface ReplicaOptions {
  config: ModelConfig;
  parameters: ReadonlyMap<string, HostTensor>;
  /** Parts that keep their values. */
  frozen: readonly ModelPart[];
  paddingTokenId: number;
  /** Padded tokens per forward-backward pass; more rows are split and their gradients added. */
  tokensPerMicroBatch: number;
  collective: Collective;
}

/** One copy of the model; all calls are synchronous and block their thread. */
export interface Replica {
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
  const store = createParameterStore(options.parameters, options.frozen);
  const model: Model = { config: options.config, weights: store.tensors };
  const buffer = new Float32Array(store.gradientSize + STATISTICS.length);
  return {
    generate: (prompts, generation) => generate(model, prompts, generation),
    scoreTargets: (rows, temperature) =>
      microBatches(rows, options.tokensPerMicroBatch).flatMap((indexes) =>
        scoreRows(
          model,
          indexes.map((i) => rowAt(rows, i)),
          { temperature, padding: options.paddingTokenId },
        ),
      ),
    update: (request) => {
      buffer.fill(0);
      for (const indexes of microBatches(request.rows, options.tokensPerMicroBatch)) {
        accumulateGradient(model, store, { request, indexes, frozen: options.frozen, paddingTokenId: options.paddingTokenId, buffer });
      }
      options.collective.allReduceSum(buffer);
      const gradient = buffer.subarray(0, store.gradientSize);
      const report = summarise(buffer, store.gradientSize, request.normalizer);
      if (!Number.isFinite(report.loss) || !Number.isFinite(report.gradientNorm)) {
        throw new TrainerError(
          'not_finite',
          `The loss is ${String(report.loss)} and the gradient norm ${String(report.gradientNorm)}; both must be finite. Lower trainer.learningRate and resume from the last checkpoint.`,
        );
      }
      const scale = Math.min(1, request.gradientClip / (report.gradientNorm + 1e-6));
      if (scale < 1) for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) * scale;
      store.step(gradient, { ...request.adamw, learningRate: request.learningRate });
      return report;
    },
    snapshot: () => store.snapshot(),
    restore: (snapshot) => store.restore(snapshot),
    dispose: () => store.dispose(),
  };
}

function rowAt<T>(rows: readonly T[], index: number): T {
  const row = rows[index];
  if (row === undefined) throw new TrainerError('invalid_batch', `Row ${String(index)} of ${String(rows.length)} is missing.`);
  return row;
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

/** Splits rows, in order, so that rows times longest row stays within the budget (one row at least). */
function microBatches(rows: readonly PackedRow[], tokens: number): number[][] {
  const parts: number[][] = [];
  let longest = 0;
  rows.forEach((row, index) => {
    const current = parts.at(-1);
    longest = Math.max(longest, row.tokenIds.length);
    if (current !== undefined && (current.length + 1) * longest <= tokens) {
      current.push(index);
      return;
    }
    parts.push([index]);
    longest = row.tokenIds.length;
  });
  return parts;
}

function scoreRows(model: Model, rows: readonly PackedRow[], options: { temperature: number; padding: number }): Float32Array[] {
  const collated = collate(rows, options.padding);
  const values = tf.tidy(() => {
    const vision = collated.grids.length === 0 ? undefined : encodeImages(model, patchTensor(model, collated.patches), collated.grids);
    return targetLogProbs(model, collated, { vision, temperature: options.temperature }).logProbs.dataSync<'float32'>();
  });
  let at = 0;
  return rows.map((row) => values.slice(at, (at += row.targets.length)));
}

function summarise(buffer: Float32Array, gradientSize: number, normalizer: number): UpdateReport {
  const sum = (name: StatisticName): number => buffer[gradientSize + STATISTICS.indexOf(name)] ?? 0;
  const tokens = Math.max(1, sum('tokens'));
  return {
    loss: normalizer === 0 ? 0 : sum('loss'),
    gradientNorm: gradientNorm([buffer.subarray(0, gradientSize)]),
    entropy: sum('entropy') / tokens,
    clipFraction: sum('clipped') / tokens,
    approximateKl: sum('kl') / tokens,
    tokens: sum('tokens'),
  };
}
