/** The score of one question of MEGA-Bench: its response is parsed into fields, each field is compared by its own metric, and the fields are combined. */
import { OrstaError } from '../../errors.ts';
import { literalEval } from '../python/literal.ts';
import { get, isDict, numberOf, str, type PyDict, type PyValue } from '../python/value.ts';
import { findJson } from './find-json.ts';
import { CONTEXT_METRICS, UNSUPPORTED, type Metric } from './metrics.ts';
import { numpySum } from './numpy-sum.ts';
import { parseAnswer, unquoteValue, type AnswerParser } from './parse-answer.ts';

/** How a task is scored, from its `metric_info`. */
export interface TaskRules {
  readonly parser: AnswerParser | 'json' | 'dummy';
  readonly fields: Readonly<Record<string, string>>;
  /** Metrics that see the whole answer. */
  readonly auxiliary: Readonly<Record<string, string>>;
  readonly combine: 'mean' | 'min';
  readonly weights: Readonly<Record<string, number>>;
}

const PARSERS: ReadonlySet<string> = new Set(['answer_string', 'ascii_answer_string', 'verbatim_answer_string', 'json', 'dummy']);

/** Reads `metric_info`, a Python literal. Throws `invalid_data`, naming the place. */
export function parseTaskRules(text: string, place: string): TaskRules {
  const refuse = (problem: string): never => {
    throw new OrstaError('invalid_data', `${place}: metric_info ${problem}. It must be a Python dict as in TIGER-Lab/MEGA-Bench.`);
  };
  const info = literalEval(text);
  if (info === undefined || !isDict(info)) return refuse('is no Python dict');
  const parser = (textAt(info, 'response_parse_function') ?? refuse('has no response_parse_function')).toLowerCase();
  const aggregation = get(info, 'aggregation') ?? null;
  if (!PARSERS.has(parser)) return refuse(`names the parser ${parser}; known are ${[...PARSERS].join(', ')}`);
  if (!isDict(aggregation)) return refuse('has no aggregation');
  const combine = textAt(aggregation, 'function')?.toLowerCase();
  if (combine !== 'mean' && combine !== 'min') return refuse(`names the aggregation ${String(combine)}; known are mean, min`);
  const weights = entriesAt(aggregation, 'field_weights').map(([field, weight]) => [
    field,
    numberOf(weight) ?? refuse(`has no weight for ${field}`),
  ]);
  const metricsAt = (key: string): Record<string, string> =>
    Object.fromEntries(entriesAt(info, key).map(([field, metric]) => [field, str(metric).toLowerCase()]));
  return {
    parser: parser as TaskRules['parser'],
    fields: metricsAt('field_score_function'),
    auxiliary: metricsAt('global_aux_metrics'),
    combine,
    weights: Object.fromEntries(weights) as Record<string, number>,
  };
}

function textAt(dict: PyDict, key: string): string | undefined {
  const value = get(dict, key);
  return typeof value === 'string' ? value : undefined;
}

function entriesAt(dict: PyDict, key: string): [string, PyValue][] {
  const value = get(dict, key) ?? null;
  return isDict(value) ? value.entries.map(([name, own]) => [str(name), own]) : [];
}

/** Metrics by name, as `createMetrics` gives them. */
export type Metrics = Readonly<Record<string, Metric>>;

/** Metrics of a task that are not here, with the reason for each. */
export function unsupportedMetrics(rules: TaskRules, metrics: Metrics): string[] {
  const names = new Set([...Object.values(rules.fields), ...Object.values(rules.auxiliary)]);
  return [...names]
    .filter((name) => metrics[name] === undefined && CONTEXT_METRICS[name] === undefined)
    .map((name) => `${name}: ${UNSUPPORTED[name] ?? 'it is none of the metrics of MEGA-Bench'}`);
}

/** A scored response. */
export interface QueryScore {
  /** -1 where no field counts. */
  readonly score: number;
  readonly fields: Readonly<Record<string, number>>;
  /** What was read from the response. */
  readonly answer: PyValue;
  /** The response should have been JSON and was none, so that each field is the whole of it. */
  readonly unreadable: boolean;
}

/** Scores a response of a task all of whose metrics are supported. */
export function scoreQuery(response: string, right: PyDict, task: { rules: TaskRules; context: PyDict; metrics: Metrics }): QueryScore {
  const { rules, context, metrics } = task;
  const { answer, unreadable } = readResponse(response, right, rules);
  const fields: Record<string, number> = {};
  for (const [key, expected] of right.entries) {
    const field = str(key);
    const given = { response: fieldOf(answer, field), right: unquoteValue(expected), context };
    fields[field] = scoreField(rules.fields[field], given, metrics);
  }
  for (const [field, metric] of Object.entries(rules.auxiliary))
    fields[field] = scoreField(metric, { response: answer, right, context }, metrics);
  return { score: combineFields(fields, rules), fields, answer, unreadable };
}

function readResponse(response: string, right: PyDict, { parser }: TaskRules): { answer: PyValue; unreadable: boolean } {
  if (parser === 'dummy') return { answer: response.trim(), unreadable: false };
  if (parser !== 'json') {
    const [[key, expected] = ['', '']] = right.entries.filter(([name]) => !str(name).startsWith('##'));
    const text = parseAnswer(response, parser, !str(expected).includes('\n'));
    return { answer: { type: 'dict', entries: [[key, text]] }, unreadable: false };
  }
  const found = findJson(response);
  if (isDict(found) && found.entries.length > 0)
    return { answer: { type: 'dict', entries: found.entries.map(([key, value]) => [key, unquoteValue(value)]) }, unreadable: false };
  return { answer: { type: 'dict', entries: right.entries.map(([key]) => [key, response]) }, unreadable: true };
}

function fieldOf(answer: PyValue, field: string): PyValue {
  return (isDict(answer) ? get(answer, field) : undefined) ?? null;
}

function scoreField(metric: string | undefined, given: { response: PyValue; right: PyValue; context: PyDict }, metrics: Metrics): number {
  const plain = metrics[metric ?? ''];
  const score = plain === undefined ? CONTEXT_METRICS[metric ?? '']?.(given.response, given.context) : plain(given.response, given.right);
  if (score === undefined) throw new OrstaError('invalid_data', `MEGA-Bench has no metric ${String(metric)}.`);
  return score;
}

/** The weighted mean or the least of the fields that count; -1 where none does. */
export function combineFields(
  fields: Readonly<Record<string, number>>,
  { combine, weights }: Pick<TaskRules, 'combine' | 'weights'>,
): number {
  const counted = Object.entries(fields).filter(([, score]) => score >= 0);
  if (counted.length === 0) return -1;
  if (combine === 'min') return Math.min(...counted.map(([, score]) => score));
  const own = counted.map(([field]) => {
    const weight = weights[field];
    if (weight === undefined) throw new OrstaError('invalid_data', `The field ${field} of MEGA-Bench has no weight.`);
    return weight;
  });
  return numpySum(counted.map(([, score], index) => score * (own[index] ?? 0))) / numpySum(own);
}
