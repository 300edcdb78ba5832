import { MonitorError } from '../errors.ts';
import {
  parseAlarmRecord,
  parseMetricRecord,
  parseRolloutRecord,
  type AlarmRecord,
  type MetricRecord,
  type RolloutRecord,
} from '../record.ts';
import { completeAlarm, completeMetric, completeRollout, type AlarmInput, type MetricInput, type RolloutInput } from '../rollout-input.ts';

/** One rank has sent all of a step. */
export interface EndStep {
  readonly kind: 'end_step';
  readonly rank: number;
  /** How many ranks send records of this run. */
  readonly ranks: number;
}

/** A record from outside, checked, with its kind. */
export type IncomingRecord = { readonly run: string; readonly step: number } & (
  | { readonly kind: 'metric'; readonly value: MetricRecord }
  | { readonly kind: 'rollout'; readonly value: RolloutRecord }
  | { readonly kind: 'alarm'; readonly value: AlarmRecord }
  | EndStep
);

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The values in a body: those of a JSON array, or one a line. Throws MonitorError `invalid_record` with the line that is no JSON. */
export function recordsIn(body: string): unknown[] {
  if (body.trimStart().startsWith('[')) return asArray(parse(body, 'the body'));
  const lines = body.split('\n').map((line, index) => ({ line: line.trim(), place: `line ${index + 1}` }));
  return lines.filter(({ line }) => line !== '').map(({ line, place }) => parse(line, place));
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Python's json.dumps writes them for a loss that diverged.
    const remedy = /\b(?:NaN|Infinity)\b/.test(text)
      ? 'JSON has no NaN and no Infinity; leave such a number out'
      : 'send JSON lines or one JSON array';
    throw new MonitorError('invalid_record', `${place} is no JSON: ${text.slice(0, 80)}; ${remedy}`, cause);
  }
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Checks a record: a metric has a `name`, a rollout a `response`, an alarm an `alarm`, and `{ "end_step": 3 }` ends a step. */
export function parseRecord(value: unknown, { place, defaultRun }: { place: number; defaultRun: string }): IncomingRecord {
  try {
    return tellApart(value, defaultRun);
  } catch (cause) {
    if (!(cause instanceof MonitorError)) throw cause;
    throw new MonitorError(cause.code, `record ${place}: ${cause.message}`, cause);
  }
}

function tellApart(value: unknown, defaultRun: string): IncomingRecord {
  if (typeof value !== 'object' || value === null) throw refuse(value, 'must be an object');
  const run = 'run' in value ? value.run : defaultRun;
  if (typeof run !== 'string' || !RUN_NAME.test(run))
    throw refuse(run, 'is no name of a run; use letters, digits, `.`, `_` and `-`, and begin with a letter or digit');
  if ('end_step' in value) {
    if (!isCount(value.end_step)) throw refuse(value.end_step, 'is no step to end; give a whole number from 0');
    return { run, step: value.end_step, ...ranksOf(value) };
  }
  // The checks that follow each complete are what makes these types true.
  if ('alarm' in value) {
    const alarm = parseAlarmRecord({ ...completeAlarm(value as AlarmInput), run });
    return { run, step: alarm.step, kind: 'alarm', value: alarm };
  }
  if ('response' in value) {
    const rollout = parseRolloutRecord({ ...completeRollout(value as RolloutInput), run });
    return { run, step: rollout.step, kind: 'rollout', value: rollout };
  }
  if (!('name' in value)) throw refuse(value, 'is no record: a metric has a `name`, a rollout a `response`, an alarm an `alarm`');
  const metric = parseMetricRecord({ ...completeMetric(value as MetricInput), run });
  return { run, step: metric.step, kind: 'metric', value: metric };
}

/** `rank` and `ranks` of a record that ends a step; without them the run has one rank. */
function ranksOf(value: object): EndStep {
  const { rank = 0, ranks = 1 } = value as { rank?: unknown; ranks?: unknown };
  if (!isCount(rank) || !isCount(ranks) || rank >= ranks)
    throw refuse(value, 'has no such rank; give `rank` from 0 to `ranks` - 1, or neither where one process sends all');
  return { kind: 'end_step', rank, ranks };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function refuse(value: unknown, what: string): MonitorError {
  return new MonitorError('invalid_record', `${String(JSON.stringify(value)).slice(0, 120)} ${what}`);
}
