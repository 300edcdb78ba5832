import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricInput } from '@vtriune/monitor';
import type { EvaluatedSample, PolicyEvaluation } from '../evaluation/evaluate-policy.ts';
import { summarize, type EvaluationSummary } from '../evaluation/summary.ts';
import { OrstaError } from '../errors.ts';
import { readRunJson } from './read-run-json.ts';
import type { RunFolder } from './run-folder.ts';
import { writeJson } from './write-json.ts';

/** A stored evaluation of a run. */
export interface StoredEvaluation {
  readonly step: number;
  readonly summary: EvaluationSummary;
  readonly failed: number;
  readonly seconds: number;
}

/** A stored evaluation with the scores of its samples. */
export type DetailedEvaluation = StoredEvaluation & { readonly samples: readonly EvaluatedSample[] };

/** Whether the evaluation of a step is stored. */
export function hasEvaluation(folder: RunFolder, step: number): boolean {
  return existsSync(pathOf(folder, step));
}

/** Reads the evaluation of a step. Throws `invalid_run` where the file is damaged. */
export async function readEvaluation(folder: RunFolder, step: number): Promise<DetailedEvaluation> {
  const path = pathOf(folder, step);
  const remedy = 'Delete it; --resume then goes on without it.';
  const stored = (await readRunJson(path, remedy)) as Partial<DetailedEvaluation> | null;
  if (stored?.summary === undefined || !Array.isArray(stored.samples))
    throw new OrstaError('invalid_run', `${path} is no evaluation: it must hold "summary" and "samples". ${remedy}`);
  return stored as DetailedEvaluation;
}

/** Stores the evaluation of a step with every sample's scores. */
export async function storeEvaluation(folder: RunFolder, step: number, found: PolicyEvaluation): Promise<StoredEvaluation> {
  const { samples, failed, seconds } = found;
  const stored: StoredEvaluation = { step, summary: summarize(samples), failed, seconds };
  await writeJson(pathOf(folder, step), { ...stored, samples });
  return stored;
}

/** Writes `evaluation.json`: the run's result. */
export async function storeResult(folder: RunFolder, result: { before?: DetailedEvaluation; after: DetailedEvaluation }): Promise<void> {
  const { samples: _after, ...after } = result.after;
  if (result.before === undefined) return writeJson(folder.evaluation, { after });
  const { samples: _before, ...before } = result.before;
  return writeJson(folder.evaluation, { before, after });
}

/** Accuracies for the monitor: of every source, of every task as `task:<name>`, and the macro average over tasks. */
export function evaluationMetrics(summary: EvaluationSummary, step: number): MetricInput[] {
  const record = (source: string, name: string, value: number): MetricInput => ({
    step,
    source,
    split: 'test',
    name: `evaluation/${name}`,
    value,
  });
  const tasks = Object.entries(summary.tasks);
  const sources = tasks.flatMap(([task, accuracy]) => [[`task:${task}`, accuracy] as const, ...Object.entries(accuracy.sources)]);
  return [['all', summary.macro] as const, ...sources].flatMap(([source, { verified, lenient, meanIou }]) => [
    record(source, 'verified', verified),
    record(source, 'lenient', lenient),
    ...(meanIou === undefined ? [] : [record(source, 'mean_iou', meanIou)]),
  ]);
}

function pathOf(folder: RunFolder, step: number): string {
  return join(folder.evaluations, `step-${String(step).padStart(8, '0')}.json`);
}
