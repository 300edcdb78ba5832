/** MEGA-Bench's numbers: the mean over tasks, each of which counts once, and the same by application, skill, input, output and number of images. */
import type { GroupScore } from '../contract.ts';
import { isRecord } from '../../is-record.ts';
import { pythonSum } from '../python/sum.ts';
import { OrstaError } from '../../errors.ts';

/** What `all_task_meta.json` says of a task, as lists of keywords by kind. */
export type TaskKeywords = Readonly<Record<string, readonly string[]>>;

/** A scored task. */
export interface TaskScore {
  readonly name: string;
  /** Mean over its questions; one in which no field counted adds 0. */
  readonly score: number;
  readonly keywords: TaskKeywords;
}

const KINDS: Readonly<Record<string, string>> = {
  skills: 'skills',
  input_format: 'input_format',
  output_format: 'output_format',
  num_input: 'input_num',
  app: 'app',
};

/** Reads `all_task_meta.json`: keywords by task. Throws `invalid_data`. */
export function parseTaskKeywords(json: unknown, file: string): Map<string, TaskKeywords> {
  if (!isRecord(json)) throw new OrstaError('invalid_data', `${file} is no object of tasks.`);
  return new Map(Object.entries(json).map(([task, meta]) => [task, keywordsOf(isRecord(meta) ? meta : {})]));
}

function keywordsOf(meta: Record<string, unknown>): TaskKeywords {
  return Object.fromEntries(
    Object.entries(KINDS).map(([field, kind]) => {
      const value = meta[field];
      return [kind, Array.isArray(value) ? value.map(String) : typeof value === 'string' && value !== '' ? [value] : []];
    }),
  );
}

/** Mean over tasks, each counting the same; null of none. */
export function macroMean(tasks: readonly TaskScore[]): number | null {
  return tasks.length === 0 ? null : pythonSum(tasks.map(({ score }) => score)) / tasks.length;
}

/** The same for each keyword of each kind. */
export function keywordMeans(tasks: readonly TaskScore[]): Record<string, Record<string, GroupScore>> {
  const found: Record<string, Record<string, GroupScore>> = {};
  for (const kind of Object.values(KINDS)) {
    const keywords = new Set(tasks.flatMap(({ keywords: own }) => own[kind] ?? []));
    found[kind] = Object.fromEntries(
      [...keywords].map((keyword) => [keyword, groupOf(tasks.filter((task) => task.keywords[kind]?.includes(keyword)))]),
    );
  }
  return found;
}

function groupOf(tasks: readonly TaskScore[]): GroupScore {
  // The authors add these up one by one, and only the mean over all tasks by `sum`.
  return { count: tasks.length, score: tasks.reduce((sum, { score }) => sum + score, 0) / tasks.length };
}
