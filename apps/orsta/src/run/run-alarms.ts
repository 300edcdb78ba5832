import { existsSync } from 'node:fs';
import { alarmLine, createAlarms, defineSink, parseMetricRecord, type Alarms, type MetricRecord, type Sink } from '@vtriune/monitor';
import { linesOf } from '../data/lines-of.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { LiveDisplay } from '../report/live.ts';

/** The alarms of a run. One that goes on after a break shows them the metrics that are stored already, a step at a time. */
export async function runAlarms({ alarms: settings }: Pick<Recipe, 'alarms'>, metricsPath: string): Promise<Alarms> {
  const alarms = createAlarms(settings);
  if (!existsSync(metricsPath)) return alarms;
  let step: MetricRecord[] = [];
  for await (const line of linesOf(metricsPath)) {
    if (line === '') continue;
    const record = parseMetricRecord(JSON.parse(line));
    if (step[0] !== undefined && step[0].step !== record.step) {
      alarms.observe(step);
      step = [];
    }
    step.push(record);
  }
  alarms.observe(step);
  return alarms;
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
