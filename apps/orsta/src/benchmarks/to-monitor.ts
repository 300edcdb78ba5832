import { appendFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createMonitor, defineSink, type MetricRecord } from '@vtriune/monitor';
import { OrstaError } from '../errors.ts';
import type { BenchmarkResult } from './result.ts';

/**
 * Adds the result to the metrics of a run, with the split `test` and the benchmark as its source, so that its curve is drawn with those of training. The run may
 * be training meanwhile: whole lines are appended and nothing else is touched. Throws `run_exists` where the folder is no run.
 */
export async function addToRun(result: BenchmarkResult, folder: string, step: number): Promise<void> {
  const path = join(folder, 'metrics.jsonl');
  if ((await stat(path).catch(() => undefined)) === undefined)
    throw new OrstaError('run_exists', `${folder} is no run: it has no metrics.jsonl. Give the folder of a run to --run.`);
  const lines: string[] = [];
  const write = (records: readonly MetricRecord[]): void => void lines.push(...records.map((record) => `${JSON.stringify(record)}\n`));
  const monitor = createMonitor({ run: basename(folder), sinks: [defineSink({ name: 'append', write })] });
  monitor.recordMetrics(metricsOf(result).map(([name, value]) => ({ step, source: result.benchmark, split: 'test', name, value })));
  await monitor.close();
  await appendFile(path, lines.join(''), { flush: true });
}

function metricsOf({ score, interval, metrics, attempts }: BenchmarkResult): [string, number][] {
  return [
    ...(score === null ? [] : [['benchmark/score', score] as [string, number]]),
    ...(interval === null ? [] : ([['benchmark/low', interval.low], ['benchmark/high', interval.high]] as [string, number][])), // prettier-ignore
    ...Object.entries(metrics).map(([name, value]): [string, number] => [`benchmark/${name}`, value]),
    ...Object.entries(attempts?.pass_at ?? {}).map(([k, value]): [string, number] => [`benchmark/pass_at_${k}`, value]),
  ].filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
}
