import { existsSync } from 'node:fs';
import { alarmLine, defineSink, parseMetricRecord, type Alarms, type MetricRecord, type Sink } from '@vtriune/monitor';
import { readTextLines } from '@vtriune/format';
import type { LiveDisplay } from '../report/live.ts';

/**
 * Shows alarms the metrics that are stored already, a step at a time, so that a run that goes on after a break neither repeats an alarm nor
 * forgets what was before. Gives the last step; -1 where nothing is stored.
 */
export async function replayAlarms(alarms: Alarms, metricsPath: string): Promise<number> {
  let last = -1;
  if (!existsSync(metricsPath)) return last;
  let step: MetricRecord[] = [];
  for await (const line of readTextLines(metricsPath)) {
    if (line === '') continue;
    const record = parseMetricRecord(JSON.parse(line));
    if (step[0] !== undefined && step[0].step !== record.step) {
      alarms.observe(step);
      step = [];
    }
    step.push(record);
    last = Math.max(last, record.step);
  }
  alarms.observe(step);
  return last;
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
