/**
 * One optimizer step of a replica: gradient over micro-batches, sum over ranks, report, clipping, step. Left out: what the loss is, which is
 * the objective's, and where the arithmetic runs, which is the optimizer's.
 */
import { at } from '@vtriune/format/at';
import type { Collective } from '../collective/collective.ts';
import { TrainerError } from '../errors.ts';
import type { Model } from '../models/qwen2-5-vl/model.ts';
import { partOf, type ModelPart } from '../models/qwen2-5-vl/weights.ts';
import { skipsUnseenKeys } from '../nn/ranged-attention.ts';
import type { Objective } from '../objectives/objective.ts';
import type { UpdateReport, UpdateRequest } from './engine.ts';
import { accumulateGradient, reportedStatistics, statisticNames } from './gradient.ts';
import { microBatches } from './micro-batches.ts';
import type { ParameterStore } from './parameter-store.ts';
import { AUXILIARY_PREFIX } from './trained-by.ts';

/** What an update works on. */
export interface UpdatePass {
  readonly model: Model;
  readonly store: ParameterStore;
  readonly objective: Objective;
  readonly collective: Collective;
  readonly paddingTokenId: number;
  readonly tokensPerMicroBatch: number;
  /** The model that training began with. */
  reference(): Model;
}

/** How many times the size of the weights the learning rate may be. */
const MOST_STEP = 1;

/** Takes the step. Where the loss or the gradient is not finite it throws `not_finite` and leaves the parameters as they were. */
export function takeUpdate(pass: UpdatePass, request: UpdateRequest): UpdateReport {
  const { model, store, objective, collective } = pass;
  const { optimizer } = store;
  const statistics = new Float32Array(statisticNames(objective, request.objective).length);
  optimizer.zeroGradient();
  try {
    for (const indexes of microBatches(request.rows, { tokens: pass.tokensPerMicroBatch, joined: skipsUnseenKeys() })) {
      const rows = indexes.map((index) => at(request.rows, index));
      accumulateGradient(model, store, { ...pass, request, rows, statistics });
    }
    collective.allReduceSum(statistics);
    optimizer.reduceGradient();
    const report = summarize(pass, request, statistics);
    requireFinite(report);
    const scale = Math.min(1, request.gradientClip / (report.gradientNorm + 1e-6));
    optimizer.step({ ...request.adamw, learningRate: request.learningRate, scale });
    return report;
  } finally {
    optimizer.zeroGradient();
  }
}

/** Throws `invalid_config` where everything is frozen. */
export function requireTrained({ trained }: ParameterStore): void {
  if (trained.length > 0) return;
  throw new TrainerError(
    'invalid_config',
    'No parameter is trained: all parts that have one are frozen. Take a part out of trainer.freeze, or give the adapter targets in another part.',
  );
}

/** A step of AdamW moves a weight by up to the learning rate; one as large as the weights leaves nothing of the model. Throws `invalid_config`. */
export function checkLearningRate(learningRate: number, { optimizer }: ParameterStore): void {
  const size = optimizer.rootMeanSquare();
  if (learningRate <= MOST_STEP * size) return;
  throw new TrainerError(
    'invalid_config',
    `The learning rate is ${String(learningRate)} and the trained weights are ${size.toPrecision(2)} in size (root mean square). A step of AdamW moves a weight by up to the learning rate, so that this one would replace the model. Lower trainer.learningRate; usual are 1e-6 for large models to 1e-3 for small ones.`,
  );
}

function requireFinite({ loss, gradientNorm }: UpdateReport): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  throw new TrainerError(
    'not_finite',
    `The loss is ${String(loss)} and the gradient norm ${String(gradientNorm)}; both must be finite. Lower trainer.learningRate and resume from the last checkpoint.`,
  );
}

function summarize({ store, objective }: UpdatePass, request: UpdateRequest, statistics: Float32Array): UpdateReport {
  const names = statisticNames(objective, request.objective);
  const sums = Object.fromEntries(names.map((name, index) => [name, statistics[index]!]));
  const { loss, tokens, entropy } = sums as { loss: number; tokens: number; entropy: number };
  const perToken = (value: number): number => value / Math.max(1, tokens);
  return {
    loss,
    ...gradientNorms(store),
    entropy: perToken(entropy),
    tokens,
    statistics: Object.fromEntries(reportedStatistics(objective, request.objective).map((name) => [name, perToken(sums[name]!)])),
  };
}

/** Length of the whole gradient and of that of each part of the model. */
function gradientNorms({ trained, optimizer }: ParameterStore): Pick<UpdateReport, 'gradientNorm' | 'gradientNorms'> {
  const parts = new Map<ModelPart, number[]>();
  for (const [index, name] of trained.entries()) {
    if (name.startsWith(AUXILIARY_PREFIX)) continue;
    const part = partOf(name);
    parts.set(part, [...(parts.get(part) ?? []), index]);
  }
  const lengths = optimizer.gradientLengths([[...trained.keys()], ...parts.values()]);
  return {
    gradientNorm: at(lengths, 0),
    gradientNorms: Object.fromEntries([...parts.keys()].map((part, index) => [part, at(lengths, index + 1)])),
  };
}
