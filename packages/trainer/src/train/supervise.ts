import type { PackedRow } from '../data/packed-row.ts';
import type { Engine, UpdateReport } from '../engines/engine.ts';
import type { DenseLabels } from '../loss/dense-loss.ts';
import { learningRateAt, type LearningRateSchedule } from '../optimizer/learning-rate.ts';

/** A batch of supervised rows, with dense labels for its images where the vision tower is to learn from them. */
export interface SupervisedBatch {
  rows: PackedRow[];
  dense?: DenseLabels[];
}

/** What `supervise` needs. */
export interface SuperviseOptions {
  engine: Engine;
  steps: number;
  /** The batch of a step, counted from 0; a pure function of the step. */
  batchAt(step: number): SupervisedBatch | Promise<SupervisedBatch>;
  schedule: LearningRateSchedule;
  weightDecay: number;
  /** Steps already done. */
  start?: number;
}

/** What one supervised step did. */
export interface SuperviseReport extends UpdateReport {
  /** Steps done. */
  step: number;
  learningRate: number;
  seconds: number;
}

/** Next-token training over packed rows; the next batch is made while the ranks work on this one. */
export async function* supervise(options: SuperviseOptions): AsyncGenerator<SuperviseReport, void, undefined> {
  const { engine, steps, schedule } = options;
  let next = Promise.resolve(options.batchAt(options.start ?? 0));
  for (let step = options.start ?? 0; step < steps; step++) {
    const began = performance.now();
    const batch = await next;
    const learningRate = learningRateAt(schedule, step, steps);
    const update = engine.update({
      ...batch,
      loss: { kind: 'next-token' },
      normalizer: Math.max(
        1,
        batch.rows.reduce((sum, row) => sum + row.targets.reduce((part, target) => part + target.weight, 0), 0),
      ),
      learningRate,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: options.weightDecay },
    });
    next = step + 1 < steps ? Promise.resolve(options.batchAt(step + 1)) : next;
    const report = await update;
    yield { ...report, step: step + 1, learningRate, seconds: (performance.now() - began) / 1000 };
  }
}
