// Buffers the records of a step and hands them to every sink at its end: the rollouts, their aggregates, then the other
// metrics. Steps are written in ascending order, one at a time, whether or not the caller awaits.
import { aggregate } from './aggregate.ts';
import type { Alarms } from './alarms/create-alarms.ts';
import { MonitorError } from './errors.ts';
import { completeAlarm, completeMetric, completeRollout, type AlarmInput, type MetricInput, type RolloutInput } from './rollout-input.ts';
import { parseAlarmRecord, parseMetricRecord, parseRolloutRecord, type MetricRecord } from './record.ts';
import type { Sink } from './sink.ts';
import { createStepBuffer, type BufferedStep } from './step-buffer.ts';

/** Options of `createMonitor`. */
export interface MonitorOptions {
  /** Name of the run, put into every record. */
  readonly run: string;
  readonly sinks: readonly Sink[];
  /** Looks at the metrics of every step: `createAlarms()`. Without it there are only the alarms given to `recordAlarms`. */
  readonly alarms?: Alarms;
  /** Told of every sink that throws. Without it `endStep` and `close` reject, after all other sinks have been served. */
  readonly onSinkError?: (error: MonitorError, sink: Sink) => void;
}

/** Collects the records of a run. */
export interface Monitor {
  /** Buffers rollouts until their step ends; throws MonitorError for an invalid record or a step and split that is already written. */
  recordRollouts(records: readonly RolloutInput[]): void;
  /** Buffers metrics of the trainer, e.g. `policy/entropy`, until their step ends. */
  recordMetrics(records: readonly MetricInput[]): void;
  /** Buffers alarms, e.g. of another trainer, until their step ends. */
  recordAlarms(records: readonly AlarmInput[]): void;
  /** Writes all buffered steps up to `step` to every sink; resolves to the metric records written. */
  endStep(step: number): Promise<MetricRecord[]>;
  /** Writes what is still buffered and closes the sinks. */
  close(): Promise<void>;
}

/** Makes the monitor of one run. */
export function createMonitor(options: MonitorOptions): Monitor {
  const { run, sinks } = options;
  const buffer = createStepBuffer();
  const inOrder = createQueue();
  let closed = false;
  const refuseIfClosed = () => {
    if (closed) throw new MonitorError('closed', `the monitor of run "${run}" is closed; create another one to go on`);
  };

  return {
    recordRollouts(records) {
      refuseIfClosed();
      for (const record of records.map((input) => parseRolloutRecord(withRun(completeRollout(input), run)))) buffer.addRollout(record);
    },
    recordMetrics(records) {
      refuseIfClosed();
      for (const record of records.map((input) => parseMetricRecord(withRun(completeMetric(input), run)))) buffer.addMetric(record);
    },
    recordAlarms(records) {
      refuseIfClosed();
      for (const record of records.map((input) => parseAlarmRecord(withRun(completeAlarm(input), run)))) buffer.addAlarm(record);
    },
    async endStep(step) {
      refuseIfClosed();
      const taken = buffer.takeUpTo(step);
      return inOrder(() => writeSteps(options, taken));
    },
    async close() {
      if (closed) return;
      closed = true;
      const taken = buffer.takeUpTo(Infinity);
      await inOrder(async () => {
        try {
          await writeSteps(options, taken);
        } finally {
          throwFirst(await eachSink(options, sinks, (sink) => sink.close?.()));
        }
      });
    },
  };
}

// Runs tasks one after another, whether or not the caller awaits them; a task that fails does not stop the next.
function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = tail.then(task);
    tail = result.catch(() => undefined);
    return result;
  };
}

async function writeSteps(options: MonitorOptions, steps: readonly BufferedStep[]): Promise<MetricRecord[]> {
  const written: MetricRecord[] = [];
  const failures: MonitorError[] = [];
  for (const step of steps) {
    const records = [...aggregate(step.rollouts), ...step.metrics];
    const alarms = [...(options.alarms?.observe(records) ?? []), ...step.alarms];
    failures.push(...(await serveSinks(options, { ...step, metrics: records, alarms })));
    written.push(...records);
  }
  throwFirst(failures);
  return written;
}

async function serveSinks(options: MonitorOptions, { rollouts, metrics, alarms }: BufferedStep): Promise<MonitorError[]> {
  return eachSink(options, options.sinks, async (sink) => {
    if (rollouts.length > 0) await sink.writeRollouts?.(rollouts);
    if (metrics.length > 0) await sink.write(metrics);
    if (alarms.length > 0) await sink.writeAlarms?.(alarms);
  });
}

// Every sink is called. Failures go to `onSinkError`, or are returned where there is none.
async function eachSink(
  options: MonitorOptions,
  sinks: readonly Sink[],
  act: (sink: Sink) => void | Promise<void>,
): Promise<MonitorError[]> {
  const failures: MonitorError[] = [];
  for (const sink of sinks) {
    try {
      await act(sink);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new MonitorError(
        'sink_failed',
        `sink "${sink.name}" failed: ${reason}; the other sinks have the records; repair it or take it out of \`sinks\``,
        cause,
      );
      if (options.onSinkError === undefined) failures.push(error);
      else options.onSinkError(error, sink);
    }
  }
  return failures;
}

function withRun(input: { readonly run?: string }, run: string): object {
  if (input.run !== undefined && input.run !== run) {
    throw new MonitorError(
      'invalid_record',
      `a record of run "${input.run}" was given to the monitor of run "${run}"; leave \`run\` out or use that run's monitor`,
    );
  }
  return { ...input, run };
}

function throwFirst(failures: readonly MonitorError[]): void {
  const [first] = failures;
  if (first !== undefined) throw first;
}
