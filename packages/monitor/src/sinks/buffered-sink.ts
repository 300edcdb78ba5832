// Keeps a sink that fails from stopping a run. What it could not take is kept and given to it again, in order; a sink that fails again and again is
// left alone for a while, so that a server that does not answer does not hold up every step.
import { MonitorError } from '../errors.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';

/** Options of `bufferedSink`. */
export interface BufferedSinkOptions {
  /** Told once when the sink begins to fail, and once when it works again. */
  readonly onWarning: (message: string) => void;
  /** Records that are kept for it; beyond that the oldest calls are dropped and counted. Default: 100,000. */
  readonly maxRecords?: number;
  /** Milliseconds after a failure in which it is not tried. Default: 10,000. */
  readonly retryAfterMs?: number;
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number;
}

interface Call {
  readonly records: number;
  readonly give: () => void | Promise<void>;
}

/** The same sink, but no call to it throws. What it cannot take is kept for later, up to a limit. */
export function bufferedSink(sink: Sink, options: BufferedSinkOptions): Sink {
  const { onWarning, maxRecords = 100_000, retryAfterMs = 10_000, now = Date.now } = options;
  const waiting: Call[] = [];
  let failedAt: number | undefined;
  let dropped = 0;

  const flush = async (): Promise<void> => {
    for (let call = waiting[0]; call !== undefined; call = waiting[0]) {
      await call.give();
      waiting.shift();
    }
    if (failedAt === undefined) return;
    onWarning(`sink "${sink.name}" works again${dropped > 0 ? `; ${dropped} records were dropped meanwhile` : ''}`);
    failedAt = undefined;
    dropped = 0;
  };
  const attempt = async (): Promise<void> => {
    try {
      await flush();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (failedAt === undefined)
        onWarning(`sink "${sink.name}" failed: ${reason}; the run goes on, and up to ${maxRecords} records are kept until it works again`);
      failedAt = now();
    }
  };
  const add = async (call: Call): Promise<void> => {
    waiting.push(call);
    for (let held = heldBy(waiting); held > maxRecords && waiting.length > 0; held = heldBy(waiting))
      dropped += Number(waiting.shift()?.records);
    if (failedAt === undefined || now() >= failedAt + retryAfterMs) await attempt();
  };

  return defineSink({
    name: sink.name,
    write: (records: readonly MetricRecord[]) => add({ records: records.length, give: () => sink.write(records) }),
    ...(sink.writeRollouts === undefined
      ? {}
      : {
          writeRollouts: (records: readonly RolloutRecord[]) => add({ records: records.length, give: () => sink.writeRollouts?.(records) }),
        }),
    ...(sink.writeAlarms === undefined
      ? {}
      : { writeAlarms: (records: readonly AlarmRecord[]) => add({ records: records.length, give: () => sink.writeAlarms?.(records) }) }),
    async close() {
      await attempt();
      const lost = heldBy(waiting) + dropped;
      if (lost > 0) onWarning(`sink "${sink.name}" never took ${lost} records`);
      try {
        await sink.close?.();
      } catch (cause) {
        onWarning(new MonitorError('sink_failed', `sink "${sink.name}" could not be closed: ${String(cause)}`, cause).message);
      }
    },
  });
}

function heldBy(calls: readonly Call[]): number {
  return calls.reduce((sum, { records }) => sum + records, 0);
}
