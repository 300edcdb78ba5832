import { at } from '@vtriune/format/at';
import type { Accuracy, EvaluationSummary } from '../evaluation/summary.ts';

/** Widest line of any report. */
export const MAX_COLUMNS = 100;

/** One line of a table; `depth` indents it. */
interface Row {
  readonly name: string;
  readonly depth: number;
  readonly before?: Accuracy | undefined;
  readonly after: Accuracy;
}

/** Before and after side by side, per task and per source, the macro average last. Percent; `+` and `-` are points. */
export function comparisonTable(before: EvaluationSummary, after: EvaluationSummary): string {
  const rows = rowsOf(after, before);
  const head = ['task / source', 'n', 'verified', '', 'lenient', '', ...(hasBoxes(rows) ? ['mean IoU'] : [])];
  const body = rows.map(({ name, depth, before: old, after: now }) => [
    `${'  '.repeat(depth)}${name}`,
    String(now.samples),
    change(old?.verified, now.verified),
    points(old?.verified, now.verified),
    change(old?.lenient, now.lenient),
    points(old?.lenient, now.lenient),
    ...(hasBoxes(rows) ? [now.meanIou === undefined ? '' : change(old?.meanIou, now.meanIou)] : []),
  ]);
  return draw(head, body);
}

/** One evaluation per task and per source, the macro average last. */
export function evaluationTable(summary: EvaluationSummary): string {
  const rows = rowsOf(summary);
  const head = ['task / source', 'n', 'verified', 'lenient', ...(hasBoxes(rows) ? ['mean IoU'] : [])];
  const body = rows.map(({ name, depth, after }) => [
    `${'  '.repeat(depth)}${name}`,
    String(after.samples),
    percent(after.verified),
    percent(after.lenient),
    ...(hasBoxes(rows) ? [after.meanIou === undefined ? '' : percent(after.meanIou)] : []),
  ]);
  return draw(head, body);
}

function rowsOf(after: EvaluationSummary, before?: EvaluationSummary): Row[] {
  const tasks = Object.entries(after.tasks).flatMap(([name, task]): Row[] => {
    const sources = Object.entries(task.sources).map(([source, own]) => ({
      name: source,
      depth: 1,
      before: before?.tasks[name]?.sources[source],
      after: own,
    }));
    return [{ name, depth: 0, before: before?.tasks[name], after: task }, ...sources];
  });
  return [...tasks, { name: 'macro average', depth: 0, before: before?.macro, after: after.macro }];
}

function hasBoxes(rows: readonly Row[]): boolean {
  return rows.some(({ after }) => after.meanIou !== undefined);
}

function draw(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)));
  const rest = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.min(at(widths, 0), MAX_COLUMNS - rest);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.slice(0, widths[0]).padEnd(at(widths, 0)) : cell.padStart(at(widths, column))))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return `${[line(head), rule, ...body.slice(0, -1).map(line), rule, ...body.slice(-1).map(line)].join('\n')}\n`;
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

function change(before: number | undefined, after: number): string {
  return `${(before === undefined ? '-' : percent(before)).padStart(5)} -> ${percent(after).padStart(5)}`;
}

function points(before: number | undefined, after: number): string {
  if (before === undefined) return '';
  const difference = 100 * (after - before);
  return `${difference < 0 ? '' : '+'}${difference.toFixed(1)}`;
}
