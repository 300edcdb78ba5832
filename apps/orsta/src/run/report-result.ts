import { evaluationTable, comparisonTable } from '../report/table.ts';
import { drawResult } from './draw-result.ts';
import { hasEvaluation, readEvaluation, storeResult, type DetailedEvaluation } from './evaluations.ts';
import type { Run } from './run.ts';

/** Stores and prints the result of a finished run: the table before and after, and where everything is. */
export async function reportResult(run: Pick<Run, 'folder' | 'recipe' | 'live' | 'prepared'>, evaluated: boolean): Promise<void> {
  const { folder, recipe, live } = run;
  if (evaluated) {
    const after = await readEvaluation(folder, recipe.trainer.steps);
    const before = hasEvaluation(folder, 0) ? await readEvaluation(folder, 0) : undefined;
    const comparable = before !== undefined && sampleIds(before) === sampleIds(after);
    const result = comparable ? { before, after } : { after };
    await storeResult(folder, result);
    live.line(comparable ? comparison(before, after) : alone(after, before));
    live.line(`picture:    ${await drawResult(run, result)}`);
  }
  live.line(`curves:     tensorboard --logdir ${folder.tensorboard}`);
  live.line(`run folder: ${folder.root}`);
}

function comparison(before: DetailedEvaluation, after: DetailedEvaluation): string {
  const table = comparisonTable(before.summary, after.summary);
  const unscored = `${String(before.failed)} responses before and ${String(after.failed)} after had no score and are left out.`;
  return `\nHeld-out accuracy in percent, before -> after ${String(after.step)} steps\n\n${table}${before.failed + after.failed > 0 ? unscored : ''}`;
}

function alone(after: DetailedEvaluation, before: DetailedEvaluation | undefined): string {
  const why = before === undefined ? 'the base was not evaluated' : 'the base was evaluated on other samples';
  return `\nHeld-out accuracy in percent after ${String(after.step)} steps; ${why}\n\n${evaluationTable(after.summary)}`;
}

function sampleIds({ samples }: DetailedEvaluation): string {
  return samples
    .map(({ id }) => id)
    .sort()
    .join('\n');
}
