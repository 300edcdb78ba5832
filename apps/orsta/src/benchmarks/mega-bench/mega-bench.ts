/**
 * MEGA-Bench Core: 440 tasks, each with its own fields and metrics. Reads the Parquet files of TIGER-Lab/MEGA-Bench (columns `task_name`, `answer`,
 * `metric_info`, `eval_context`, ... with Python literals inside) and, for the breakdowns, `all_task_meta.json` beside them. A question is named
 * `<task>/<number in the task>`, from 0. Tasks with a metric that is not here are left out of the mean and named.
 */
import { stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { OrstaError } from '../../errors.ts';
import { defineBenchmark, type Benchmark, type Judged, type Judgment, type LeftOut, type Question, type Summary } from '../contract.ts';
import { isRecord } from '../../is-record.ts';
import { literalEval } from '../python/literal.ts';
import { isDict, isListOrTuple, repr, str, type PyDict } from '../python/value.ts';
import { filesOf, has, placeOf, readJsonFile, readRows, shown, textOf, type Row } from '../read-rows.ts';
import { createMetrics } from './metrics.ts';
import { parseTaskRules, scoreQuery, unsupportedMetrics, type Metrics, type TaskRules } from './score-query.ts';
import { keywordMeans, macroMean, parseTaskKeywords, type TaskKeywords, type TaskScore } from './task-summary.ts';

const META = 'all_task_meta.json';
const ANY_META = /all_task_meta\.json$/;
const VIDEOS: ReadonlySet<string> = new Set(['.mp4', '.avi', '.mov', '.mkv', '.webm']);

interface Truth {
  readonly task: string;
  readonly right: PyDict;
  readonly rules: TaskRules;
  readonly context: PyDict;
}

/** The benchmark. */
export const megaBench: Benchmark = defineBenchmark<Truth>({
  name: 'mega-bench',
  title: 'MEGA-Bench Core',
  sources: {
    official: 'TIGER-AI-Lab/MEGA-Bench@ee324ab, megabench/evaluation_processor.py and megabench/metrics',
    paper: 'the same: the paper used the official code',
  },
  prompts: ['official'],
  layout: 'the Parquet files of the config core of TIGER-Lab/MEGA-Bench, with all_task_meta.json beside them',
  async *read(data, options) {
    const keywords = await readKeywords(data);
    const counts = new Map<string, number>();
    const rulesOf = rulesByText();
    for await (const row of readRows(data, ANY_META)) {
      const task = textOf(row, 'task_name');
      const index = counts.get(task) ?? 0;
      counts.set(task, index + 1);
      yield readQuestion(row, { task, index, keywords: keywords.get(task) ?? {}, images: options.images, rulesOf });
    }
  },
  async *responses(path) {
    for (const file of await filesOf(path)) yield* responsesOf(await readJsonFile(file), file);
  },
  scorer: () => {
    const metrics = createMetrics();
    return { judge: (question, response) => judge(question, response, metrics), summarize };
  },
});

async function readKeywords(data: string): Promise<Map<string, TaskKeywords>> {
  const found = await stat(data).catch(() => undefined);
  const file = join(found?.isDirectory() === true ? data : dirname(resolve(data)), META);
  return (await stat(file).catch(() => undefined)) === undefined ? new Map() : parseTaskKeywords(await readJsonFile(file), file);
}

/** All questions of a task have the same `metric_info`, which is read once. */
function rulesByText(): (row: Row) => TaskRules {
  const known = new Map<string, TaskRules>();
  return (row) => {
    const text = textOf(row, 'metric_info');
    const rules = known.get(text) ?? parseTaskRules(text, placeOf(row));
    known.set(text, rules);
    return rules;
  };
}

interface Place {
  readonly task: string;
  readonly index: number;
  readonly keywords: TaskKeywords;
  readonly images: boolean;
  readonly rulesOf: (row: Row) => TaskRules;
}

function readQuestion(row: Row, given: Place): Question<Truth> {
  const { task, index, keywords } = given;
  const media = ['global_media', 'example_media', 'query_media'].flatMap((name) => mediaOf(row, name));
  const parts = ['task_description', 'example_text', 'query_text'].filter((name) => has(row, name)).map((name) => textOf(row, name));
  const video = media.find((path) => VIDEOS.has(extname(path).toLowerCase()));
  return {
    id: `${task}/${String(index)}`,
    prompts: { official: parts.join('\n') },
    images: given.images ? media.map((path) => ({ path: resolve(dirname(row.file), path) })) : [],
    groups: { task: [task], ...keywords },
    ...(video === undefined ? {} : { cannotAsk: `it has the video ${video}` }),
    truth: {
      task,
      right: dictOf(row, 'answer'),
      rules: given.rulesOf(row),
      context: has(row, 'eval_context') ? dictOf(row, 'eval_context') : { type: 'dict', entries: [] },
    },
  };
}

function mediaOf(row: Row, name: string): string[] {
  if (!has(row, name)) return [];
  const value = row.values[name];
  if (Array.isArray(value)) return value.map(String);
  const list = literalEval(textOf(row, name));
  if (list === undefined || !isListOrTuple(list))
    throw new OrstaError('invalid_data', `${placeOf(row)}: ${name} is ${shown(value)}; a list of paths is needed.`);
  return list.items.map(str);
}

function dictOf(row: Row, name: string): PyDict {
  const value = literalEval(textOf(row, name)) ?? null;
  if (isDict(value)) return value;
  throw new OrstaError('invalid_data', `${placeOf(row)}: ${name} is ${shown(row.values[name])}; a Python dict is needed.`);
}

/** The authors' file of responses: a list of tasks, or that list under `data`. */
function* responsesOf(json: unknown, file: string): Generator<[string, string]> {
  const tasks = isRecord(json) ? json['data'] : json;
  if (!Array.isArray(tasks)) throw new OrstaError('invalid_data', `${file} holds no list of tasks.`);
  for (const task of tasks as unknown[]) {
    const queries = isRecord(task) ? task['query_response'] : undefined;
    if (!isRecord(task) || typeof task['task_name'] !== 'string' || !Array.isArray(queries))
      throw new OrstaError('invalid_data', `${file}: a task is ${shown(task)}; { task_name, query_response: [...] } is needed.`);
    for (const [place, query] of (queries as unknown[]).entries()) {
      const { query_idx = place, response } = isRecord(query) ? query : {};
      if (typeof response !== 'string')
        throw new OrstaError('invalid_data', `${file}: ${task['task_name']} has the response ${shown(response)}; a text is needed.`);
      yield [`${task['task_name']}/${String(query_idx)}`, response];
    }
  }
}

function judge({ truth }: Question<Truth>, response: string, metrics: Metrics): Judgment {
  const { right, rules, context } = truth;
  const expected = right.entries.length === 1 ? str(right.entries[0]?.[1] ?? null) : repr(right);
  const missing = unsupportedMetrics(rules, metrics);
  if (missing.length > 0) return { score: null, answer: '', expected, why: missing.join('; ') };
  const { score, fields, answer, unreadable } = scoreQuery(response, right, { rules, context, metrics });
  const only = isDict(answer) && answer.entries.length === 1 ? answer.entries[0]?.[1] : undefined;
  const detail = Object.entries(fields).map(
    ([field, own]) => `${field}: ${own.toFixed(3)} by ${rules.fields[field] ?? rules.auxiliary[field] ?? '?'}`,
  );
  return {
    score: Math.max(score, 0),
    answer: str(only ?? answer),
    expected,
    why: `${unreadable ? 'no JSON was found in the response; ' : ''}${score < 0 ? 'no field counts; ' : ''}${detail.join(', ')}`,
  };
}

function summarize(judged: readonly Judged[]): Summary {
  const byTask = new Map<string, Judged[]>();
  for (const one of judged) for (const task of one.groups['task'] ?? []) byTask.set(task, [...(byTask.get(task) ?? []), one]);
  const left: LeftOut[] = [];
  const tasks = [...byTask].flatMap(([name, own]): (TaskScore & { count: number })[] => {
    const unscored = own.find(({ judgment }) => judgment.score === null);
    if (unscored !== undefined) {
      left.push({ reason: `task ${name}: ${unscored.judgment.why ?? ''}`, count: own.length });
      return [];
    }
    const sum = own.reduce((total, { judgment }) => total + (judgment.score ?? 0), 0);
    return [{ name, score: sum / own.length, keywords: own[0]?.groups ?? {}, count: own.length }];
  });
  const questions = tasks.reduce((sum, { count }) => sum + count, 0);
  const micro = tasks.reduce((sum, { score, count }) => sum + score * count, 0) / questions;
  return {
    score: macroMean(tasks),
    measure: 'macro mean over tasks',
    metrics: { tasks: tasks.length, tasks_left_out: left.length, ...(questions === 0 ? {} : { micro_mean: micro }) },
    groups: { task: Object.fromEntries(tasks.map(({ name, score, count }) => [name, { count, score }])), ...keywordMeans(tasks) },
    leftOut: left,
    units: Object.fromEntries(tasks.map(({ name, score }) => [name, score])),
  };
}
