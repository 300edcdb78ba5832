/** What the log of a job says of the training: records of our drivers, and verl's own line of a step. */
import { stripVTControlCharacters } from 'node:util';
import type { MetricInput } from '@vtriune/monitor';

/** News of a job. */
export type JobNews =
  | { readonly kind: 'metrics'; readonly step: number; readonly steps?: number; readonly metrics: readonly MetricInput[] }
  | { readonly kind: 'text'; readonly line: string };

// Ray puts "(TrainWorker pid=7, ip=10.0.0.2) " before what a worker prints.
const RECORD = /vtriune-record (\{.*\})\s*$/;
const VERL_STEP = /\bstep:(\d+) - (\S+:.*)$/;

/** Reads a line. A record that is torn or not ours is text: a log never stops a run. */
export function readLogLine(given: string): JobNews {
  const line = stripVTControlCharacters(given);
  const own = RECORD.exec(line)?.[1];
  return (own === undefined ? verlStep(line) : ownRecord(own)) ?? { kind: 'text', line };
}

function ownRecord(text: string): JobNews | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { step, steps, source, metrics } = value as Record<string, unknown>;
  if (!isStep(step) || typeof source !== 'string' || typeof metrics !== 'object' || metrics === null) return undefined;
  return {
    kind: 'metrics',
    step,
    ...(isStep(steps) ? { steps } : {}),
    metrics: Object.entries(metrics).flatMap(([name, number]) => metric(step, source, [name, number])),
  };
}

function verlStep(line: string): JobNews | undefined {
  const found = VERL_STEP.exec(line);
  if (found === null) return undefined;
  const step = Number(found[1]);
  const pairs = String(found[2])
    .split(' - ')
    .map((pair) => {
      const colon = pair.lastIndexOf(':');
      return [pair.slice(0, colon), Number(pair.slice(colon + 1))] as const;
    });
  const metrics = pairs.flatMap((pair) => metric(step, 'all', pair));
  return metrics.length === 0 ? undefined : { kind: 'metrics', step, metrics };
}

function metric(step: number, source: string, [name, value]: readonly [string, unknown]): MetricInput[] {
  return name !== '' && typeof value === 'number' && Number.isFinite(value) ? [{ step, source, name, value }] : [];
}

function isStep(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
