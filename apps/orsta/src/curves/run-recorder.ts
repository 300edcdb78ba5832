/**
 * The curves of a run whose trainer knows nothing of them. Every result becomes a line of rollouts.jsonl before its caller is answered, and
 * goes into the sums of its step afterward. The sums are written per source when a later step has begun. A killed service sums up on its
 * next start what it had not. What comes after its step was written counts for the oldest step that is still open.
 * Held in memory: the sums of the open steps, and digests of the last 65,536 results.
 */
import { join } from 'node:path';
import {
  createAggregator,
  createAlarms,
  createMonitor,
  defineSink,
  jsonlSink,
  tensorboardSink,
  TIME_OF_STEP,
  type Aggregator,
  type JsonlSink,
  type Monitor,
  type RolloutRecord,
} from '@vtriune/monitor';
import type { RewardEvent } from '@vtriune/verifiers/server';
import { createLatencies, type Latencies } from './latencies.ts';
import { replayAlarms } from '../run/run-alarms.ts';
import { openRollouts } from './recover.ts';
import { createRecordedResults, type IsFirst, type RecordedResults } from './recorded-results.ts';

/** How records of a run are kept. */
export interface RunRecorderOptions {
  readonly run: string;
  readonly folder: string;
  /** Results that make a step where neither the request nor the run says which step it is. */
  readonly rewardsPerStep: number;
  /** Told of what fails after `record` returned: a step that cannot be summed up, or a file that cannot be written then. */
  readonly onError: (error: unknown) => void;
}

/** The records of one run. */
export interface RunRecorder {
  /** Throws what the file system throws; the curves have the results then, and rollouts.jsonl has not. */
  record(events: readonly RewardEvent[]): void;
  /** Sums up what is open and closes the files. */
  close(): Promise<void>;
}

/** Steps before the newest that stay open, for trainers that sample ahead. */
const OPEN_STEPS = 1;

interface State {
  /** Last step that is summed up. */
  written: number;
  newest: number;
  /** Results whose step nobody told. */
  untold: number;
}

interface Parts {
  readonly options: RunRecorderOptions;
  readonly journal: JsonlSink;
  readonly monitor: Monitor;
  readonly aggregator: Aggregator;
  readonly recorded: RecordedResults;
  readonly latencies: Latencies;
  readonly state: State;
  /** Results that are in rollouts.jsonl and not in the sums yet. */
  unsummed: Unsummed[];
}

interface Unsummed {
  readonly record: RolloutRecord;
  readonly latencyMs: number;
}

/** Opens the folder of a run and takes up what an earlier service left. */
export async function openRunRecorder(options: RunRecorderOptions): Promise<RunRecorder> {
  const { run, folder, rewardsPerStep, onError } = options;
  const journal = jsonlSink(folder, { sync: 'close' });
  const alarms = createAlarms();
  const { last: written, unwritten } = await replayAlarms(alarms, folder);
  journal.writeAlarms(unwritten);
  const metricsOnly = defineSink({
    name: 'jsonl',
    write: (records) => journal.write(records),
    writeAlarms: (alarms) => journal.writeAlarms(alarms),
    close: () => journal.close(),
  });
  const sinks = [metricsOnly, tensorboardSink(join(folder, 'tensorboard'))];
  const monitor = createMonitor({ run, sinks, alarms, onSinkError: onError });
  const state: State = { written, newest: written, untold: 0 };
  const shared = { aggregator: createAggregator(), recorded: createRecordedResults(), latencies: createLatencies() };
  const parts: Parts = { options, journal, monitor, ...shared, state, unsummed: [] };
  const isFirst = shared.recorded.begin();
  for await (const record of openRollouts(folder, written)) if (isNew(parts, record, { isFirst, call: '' })) parts.aggregator.add(record);
  state.untold = (state.newest + 1) * rewardsPerStep;
  return {
    record: (events) => recordEvents(parts, events),
    close: async () => {
      sumUp(parts);
      endSteps(parts, state.newest);
      await monitor.close();
    },
  };
}

function recordEvents(parts: Parts, events: readonly RewardEvent[]): void {
  const { journal, unsummed } = parts;
  const isFirst = parts.recorded.begin();
  const lines: string[] = [];
  // The answers of this turn of the event loop go out before its immediates run.
  if (unsummed.length === 0) setImmediate(sumUp, parts);
  for (const event of events) {
    const record = toRollout(event, parts);
    if (!isNew(parts, record, { isFirst, call: callOf(event) })) continue;
    unsummed.push({ record, latencyMs: event.latencyMs });
    lines.push(JSON.stringify(record));
  }
  journal.writeRolloutLines(lines);
}

function sumUp(parts: Parts): void {
  const { aggregator, latencies, options, state, unsummed } = parts;
  parts.unsummed = [];
  // Nobody waits for this: what it threw would end the service, for the sake of one record.
  const attempt = (task: () => void): void => {
    try {
      task();
    } catch (error) {
      options.onError(error);
    }
  };
  for (const { record, latencyMs } of unsummed) {
    attempt(() => {
      aggregator.add(record);
      latencies.add(record, latencyMs);
    });
  }
  attempt(() => endSteps(parts, state.newest - OPEN_STEPS - 1));
}

/** False for what was recorded before. The first result of a step tells when the step was. */
function isNew(
  { state, monitor }: Parts,
  { step, sample, response, result }: RolloutRecord,
  { isFirst, call }: { isFirst: IsFirst; call: string },
): boolean {
  if (step > state.newest) {
    state.newest = step;
    monitor.recordMetrics([{ step, name: TIME_OF_STEP, value: Date.now() / 1000 }]);
  }
  return isFirst(String(step), result.status, sample, response, call);
}

// An id that tells responses apart makes a retry known. The wires have the id of the sample there, which all its responses share, and a place in the
// call tells nothing to another call: there only the id of the call shows what is the same one once more.
function callOf({ route, requestId, result }: RewardEvent): string {
  return route === '/v1/rewards' && result.id !== '' && !result.id.startsWith('#') ? '' : requestId;
}

function stepOf(event: RewardEvent, state: State, rewardsPerStep: number): number {
  const step = toldStep(event) ?? Math.floor(state.untold++ / rewardsPerStep);
  return Math.max(step, state.written + 1);
}

// A failed request may hold anything, and a step that is none would be the newest of the run for ever.
function toldStep({ request }: RewardEvent): number | undefined {
  const told: unknown = request.progress?.step;
  if (typeof told !== 'number') return undefined;
  const step = Math.floor(told);
  return Number.isSafeInteger(step) && step >= 0 ? step : undefined;
}

// Names that a record must not have (none, or that of the aggregate) get another. The step comes first: `recover.ts` looks for it there.
function toRollout(event: RewardEvent, { state, options }: Parts): RolloutRecord {
  const { request, result } = event;
  const source = result.data_source === 'all' ? 'all_' : result.data_source;
  return {
    step: stepOf(event, state, options.rewardsPerStep),
    run: options.run,
    source: source === '' ? 'unknown' : source,
    split: request.split === 'test' ? 'test' : 'train',
    sample: result.id === '' ? 'unknown' : result.id,
    prompt: '',
    response: typeof request.response === 'string' ? request.response : '',
    ...truthOf(request.ground_truth),
    result,
  };
}

// A failed request may hold anything, also nothing.
function truthOf(truth: unknown): { ground_truth?: string } {
  const text = typeof truth === 'string' ? truth : JSON.stringify(truth);
  return text === undefined ? {} : { ground_truth: text };
}

function endSteps({ monitor, state, aggregator, latencies }: Parts, last: number): void {
  if (last <= state.written) return;
  monitor.recordMetrics([...aggregator.take(last), ...latencies.take(last)]);
  state.written = last;
  // The monitor writes in order by itself.
  void monitor.endStep(last);
}
