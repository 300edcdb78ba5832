import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  alarmLine,
  defineSink,
  parseAlarmRecord,
  parseMetricRecord,
  type AlarmRecord,
  type Alarms,
  type MetricRecord,
  type Sink,
} from '@vtriune/monitor';
import { readTextLines } from '@vtriune/format';
import type { LiveDisplay } from '../report/live.ts';

/** What a run folder says of its past. */
export interface ReplayedAlarms {
  /** The last step with metrics; -1 where nothing is stored. */
  readonly last: number;
  /** Alarms of that step which are not stored: the process was killed after it had written the metrics. They are for the caller to write. */
  readonly unwritten: readonly AlarmRecord[];
}

/**
 * Shows alarms the metrics that are stored already, a step at a time, so that a run that goes on after a break neither repeats an alarm nor
 * forgets what was before.
 */
export async function replayAlarms(alarms: Alarms, folder: string): Promise<ReplayedAlarms> {
  let last = -1;
  let step: MetricRecord[] = [];
  for await (const record of recordsOf(join(folder, 'metrics.jsonl'), parseMetricRecord)) {
    if (step[0] !== undefined && step[0].step !== record.step) {
      alarms.observe(step);
      step = [];
    }
    step.push(record);
    last = Math.max(last, record.step);
  }
  const raised = alarms.observe(step);
  return { last, unwritten: raised.length === 0 ? [] : await notStored(raised, { folder, last }) };
}

async function notStored(raised: readonly AlarmRecord[], { folder, last }: { folder: string; last: number }): Promise<AlarmRecord[]> {
  const stored = new Set<string>();
  for await (const alarm of recordsOf(join(folder, 'alarms.jsonl'), parseAlarmRecord)) {
    if (alarm.step === last) stored.add(keyOf(alarm));
  }
  return raised.filter((alarm) => alarm.step === last && !stored.has(keyOf(alarm)));
}

function keyOf({ source, alarm, severity }: AlarmRecord): string {
  return JSON.stringify([source, alarm, severity]);
}

async function* recordsOf<Kind>(path: string, parse: (value: unknown) => Kind): AsyncGenerator<Kind> {
  if (!existsSync(path)) return;
  for await (const line of readTextLines(path)) if (line !== '') yield parse(JSON.parse(line));
}

/** Shows alarms on the terminal. */
export function alarmSink(live: Pick<LiveDisplay, 'line'>): Sink {
  return defineSink({
    name: 'terminal',
    // Metrics are shown by the display of the steps.
    write: () => undefined,
    writeAlarms: (alarms) => {
      for (const alarm of alarms) live.line(alarmLine(alarm));
    },
  });
}
