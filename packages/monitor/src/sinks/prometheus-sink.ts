import type { AlarmRecord, MetricRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';

/** Options of `prometheusSink`. */
export interface PrometheusSinkOptions {
  /** Series that are kept; further ones are left out and counted in `vtriune_series_dropped`. Default: 50,000. */
  readonly maxSeries?: number;
}

/** A sink whose newest values a Prometheus server collects. */
export interface PrometheusSink extends Sink {
  /** The newest value of every metric in the text format of Prometheus; serve it as `text/plain; version=0.0.4`. */
  text(): string;
}

/**
 * Keeps the newest value of each metric. Names of metrics are labels, since those of verifiers and sources may hold any character:
 * `vtriune_metric{run="demo",split="train",source="math",name="reward/total"} 0.5`.
 */
export function prometheusSink({ maxSeries = 50_000 }: PrometheusSinkOptions = {}): PrometheusSink {
  const metrics = new Map<string, number>();
  const steps = new Map<string, number>();
  const alarms = new Map<string, number>();
  let dropped = 0;
  const put = (series: Map<string, number>, labels: string, value: number): void => {
    if (series.has(labels) || series.size < maxSeries) series.set(labels, value);
    else dropped += 1;
  };
  return defineSink({
    name: 'prometheus',
    write(records: readonly MetricRecord[]) {
      for (const { run, split, source, name, step, value } of records) {
        put(metrics, labelsOf({ run, split, source, name }), value);
        put(steps, labelsOf({ run, split }), step);
      }
    },
    writeAlarms(records: readonly AlarmRecord[]) {
      for (const { run, source, alarm, severity } of records) {
        const labels = labelsOf({ run, source, alarm, severity });
        put(alarms, labels, (alarms.get(labels) ?? 0) + 1);
      }
    },
    text: () =>
      [
        family('vtriune_metric', { type: 'gauge', help: 'Newest value of a metric of a training run.' }, metrics),
        family('vtriune_step', { type: 'gauge', help: 'Newest step of a training run.' }, steps),
        family('vtriune_alarms_total', { type: 'counter', help: 'Alarms raised since this process began.' }, alarms),
        family('vtriune_series_dropped', { type: 'gauge', help: 'Values of series beyond the limit.' }, new Map([['', dropped]])),
      ].join(''),
  });
}

function family(name: string, { type, help }: { type: string; help: string }, series: ReadonlyMap<string, number>): string {
  const lines = [...series].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${escape(value)}"`)
    .join(',')}}`;
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
