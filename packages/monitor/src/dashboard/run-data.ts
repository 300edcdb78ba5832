// One run as the server holds it: its metrics in memory, and where its rollouts are. Files are only read, and only what is new.
import { join } from 'node:path';
import { parseAlarmRecord, TIME_OF_STEP, type AlarmRecord } from '../record.ts';
import { tailLines } from './line-tail.ts';
import { createMetricLines } from './metric-line.ts';
import { createRolloutIndex, type RolloutIndex } from './rollout-index.ts';
import { secondsAt } from './seconds-at.ts';
import { addPoint, createSeries, pointsOf, type Points, type Series } from './series.ts';

/** An opened run. */
export interface RunData {
  readonly folder: string;
  /** Reads what was written since the last time. */
  refresh(): Promise<void>;
  /** Grows with each refresh that found something new. */
  revision(): number;
  series(): Iterable<Series>;
  points(source: string, split: string, name: string): Points | undefined;
  /** Seconds of training at a step, from `time/step` or else `time/at`; undefined where neither is recorded. */
  secondsAt(): ((step: number) => number) | undefined;
  readonly rollouts: RolloutIndex;
  readonly rolloutsPath: string;
  alarms(): readonly AlarmRecord[];
  counts(): { metrics: number; rollouts: number; alarms: number };
  skipped(): { bad: number; partial: number };
}

const STEP_SECONDS = 'time/step';

/** Opens a run folder without reading it: call `refresh`. */
export function openRun(folder: string): RunData {
  const metrics = metricsFile(join(folder, 'metrics.jsonl'));
  const alarms = alarmsFile(join(folder, 'alarms.jsonl'));
  const rollouts = createRolloutIndex();
  const rolloutsPath = join(folder, 'rollouts.jsonl');
  const rolloutTail = tailLines(rolloutsPath, rollouts);
  const tails = [metrics.tail, rolloutTail, alarms.tail];
  const points = (source: string, split: string, name: string): Points | undefined => {
    const series = metrics.all.get(keyOf({ source, split, name }));
    return series === undefined ? undefined : pointsOf(series);
  };
  let refreshing: Promise<void> | undefined;
  let revision = 0;
  const readAll = async (): Promise<void> => {
    const news = await Promise.all(tails.map((tail) => tail.refresh()));
    if (news.some(Boolean)) revision += 1;
  };
  return {
    folder,
    rolloutsPath,
    rollouts,
    // Two readers at a time would take lines twice.
    refresh: () => (refreshing ??= readAll().finally(() => (refreshing = undefined))),
    revision: () => revision,
    series: () => metrics.all.values(),
    points,
    secondsAt: () => secondsAt({ durations: points('all', 'train', STEP_SECONDS), times: points('all', 'train', TIME_OF_STEP) }),
    alarms: () => alarms.records,
    counts: () => ({ metrics: metrics.counts.records, rollouts: rollouts.count(), alarms: alarms.records.length }),
    skipped: () => ({
      bad: metrics.counts.bad + rollouts.bad() + alarms.counts.bad,
      partial: tails.filter((tail) => tail.partialBytes() > 0).length,
    }),
  };
}

function metricsFile(path: string) {
  const all = new Map<string, Series>();
  const counts = { records: 0, bad: 0 };
  const lines = createMetricLines<Series>({
    open: (name) => {
      const key = keyOf(name);
      const series = all.get(key) ?? createSeries(name);
      all.set(key, series);
      return series;
    },
    add: (series, step, value) => {
      addPoint(series, step, value);
      counts.records += 1;
    },
    bad: () => {
      counts.bad += 1;
    },
  });
  const reset = (): void => {
    all.clear();
    lines.forget();
    Object.assign(counts, { records: 0, bad: 0 });
  };
  return { all, counts, tail: tailLines(path, { take: ({ bytes }) => lines.take(bytes), reset }) };
}

function alarmsFile(path: string) {
  const records: AlarmRecord[] = [];
  const counts = { bad: 0 };
  const take = (line: string): void => {
    if (line === '') return;
    try {
      records.push(parseAlarmRecord(JSON.parse(line)));
    } catch {
      counts.bad += 1;
    }
  };
  const reset = (): void => {
    records.length = 0;
    counts.bad = 0;
  };
  return { records, counts, tail: tailLines(path, { take: ({ bytes }) => bytes.toString('utf8').split('\n').forEach(take), reset }) };
}

function keyOf({ source, split, name }: { source: string; split: string; name: string }): string {
  return JSON.stringify([source, split, name]);
}
