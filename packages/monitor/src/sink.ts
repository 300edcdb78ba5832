import { MonitorError } from './errors.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from './record.ts';

/**
 * Where records go. The monitor calls `writeRollouts`, `write` and `writeAlarms` once a step, never two calls at a time.
 * A sink that throws is reported and called again at the next step.
 */
export interface Sink {
  /** Named in error reports. */
  readonly name: string;
  /** Takes the metric records of one step, in order. */
  write(records: readonly MetricRecord[]): void | Promise<void>;
  /** Takes the rollouts of one step; a sink without it is not given any. */
  writeRollouts?(records: readonly RolloutRecord[]): void | Promise<void>;
  /** Takes the alarms of one step; a sink without it is not given any. */
  writeAlarms?(alarms: readonly AlarmRecord[]): void | Promise<void>;
  /** Flushes and releases what the sink holds; called once. */
  close?(): void | Promise<void>;
}

/** Checks that an object is a Sink and returns it; throws MonitorError `invalid_argument`. */
export function defineSink<T extends Sink>(sink: T): T {
  if (typeof sink.name !== 'string' || sink.name === '' || typeof sink.write !== 'function') {
    throw new MonitorError(
      'invalid_argument',
      `a sink needs a name and a write function, this one has the keys ${Object.keys(sink).join(', ') || 'none'}; add them`,
    );
  }
  return sink;
}
