import type { PackedRow } from '../data/packed-row.ts';
import type { Engine, ObjectiveSettings, UpdateReport } from '../engines/engine.ts';
import { learningRateAt, type LearningRateSchedule } from '../optimizer/learning-rate.ts';

/** What `supervise` needs. */
export interface SuperviseOptions {
  engine: Engine;
  /** The step to stop at, with those already done. */
  steps: number;
  /** The rows of a step, counted from 0; a pure function of the step. */
  batchAt(step: number): readonly PackedRow[] | Promise<readonly PackedRow[]>;
  /** What to minimize; `next-token` where absent. */
  objective?: ObjectiveSettings;
  schedule: LearningRateSchedule;
  /** Of AdamW, decoupled: a weight loses `learningRate * weightDecay` of itself a step. */
  weightDecay: number;
  /** Steps already done; 0 where absent. */
  start?: number;
}

/** What one supervised step did. */
export interface SuperviseReport extends UpdateReport {
  /** Steps done. */
  step: number;
  learningRate: number;
  /** Of the whole step, making the batch included where it was waited for. */
  seconds: number;
}

/** Next-token training over packed rows; the next batch is made while the ranks work on this one. */
export async function* supervise(options: SuperviseOptions): AsyncGenerator<SuperviseReport, void, undefined> {
  const { engine, steps, schedule, objective = { name: 'next-token' }, start = 0 } = options;
  let next = Promise.resolve(options.batchAt(start));
  for (let step = start; step < steps; step++) {
    const began = performance.now();
    const rows = await next;
    const learningRate = learningRateAt(schedule, step, steps);
    const update = engine.update({
      rows,
      objective,
      temperature: 1,
      normalizer: {
        tokens: Math.max(
          1,
          rows.reduce((sum, row) => sum + row.targets.reduce((part, target) => part + target.weight, 0), 0),
        ),
        sequences: rows.reduce((sum, row) => sum + row.sequences, 0),
      },
      learningRate,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: options.weightDecay },
    });
    next = step + 1 < steps ? Promise.resolve(options.batchAt(step + 1)) : next;
    const report = await update;
    yield { ...report, step: step + 1, learningRate, seconds: (performance.now() - began) / 1000 };
  }
}
