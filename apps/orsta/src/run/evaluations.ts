import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricInput } from '@vtriune/monitor';
import type { PolicyEvaluation } from '../evaluation/evaluate-policy.ts';
import { summarize, type EvaluationSummary } from '../evaluation/summary.ts';
import type { RunFolder } from './run-folder.ts';
import { writeJson } from './write-json.ts';

/** A stored evaluation of a run. */
export interface StoredEvaluation {
  readonly step: number;
  readonly summary: EvaluationSummary;
  readonly failed: number;
  readonly seconds: number;
}

/** Whether the evaluation of a step is stored. */
export function hasEvaluation(folder: RunFolder, step: number): boolean {
  return existsSync(pathOf(folder, step));
}

/** Reads the evaluation of a step. */
export async function readEvaluation(folder: RunFolder, step: number): Promise<StoredEvaluation> {
  return JSON.parse(await readFile(pathOf(folder, step), 'utf8')) as StoredEvaluation;
}

/** Stores the evaluation of a step with every sample's scores. */
export async function storeEvaluation(folder: RunFolder, step: number, found: PolicyEvaluation): Promise<StoredEvaluation> {
  const { samples, failed, seconds } = found;
  const stored: StoredEvaluation = { step, summary: summarize(samples), failed, seconds };
  await writeJson(pathOf(folder, step), { ...stored, samples });
  return stored;
}

/** Writes `evaluation.json`: the run's result. */
export async function storeResult(folder: RunFolder, before: StoredEvaluation, after: StoredEvaluation): Promise<void> {
  await writeJson(folder.evaluation, { before, after });
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
