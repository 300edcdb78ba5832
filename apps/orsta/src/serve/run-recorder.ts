/**
 * The curves of a run whose trainer knows nothing of them: every result that the service gives becomes a line of rollouts.jsonl as soon as its folder is open, and
 * a step's records are summed up per source when a later step has begun. A killed service sums up on its next start what it had not. What
 * comes after its step was written counts for the oldest step that is still open, a retry of something in that step too.
 */
import { join } from 'node:path';
import {
  createMonitor,
  defineSink,
  jsonlSink,
  tensorboardSink,
  type JsonlSink,
  type MetricInput,
  type Monitor,
  type RolloutInput,
} from '@vtriune/monitor';
import type { RewardEvent } from '@vtriune/verifiers/server';
import { recoverRun } from './recover.ts';

/** How records of a run are kept. */
export interface RunRecorderOptions {
  readonly run: string;
  readonly folder: string;
  /** Results that make a step where neither the request nor the run says which step it is. */
  readonly rewardsPerStep: number;
  /** Told of a file that cannot be written; the others go on. */
  readonly onError: (error: unknown) => void;
}

/** The records of one run. */
export interface RunRecorder {
  record(events: readonly RewardEvent[]): void;
  /** Sums up what is open and closes the files. */
  close(): Promise<void>;
}

/** Steps that stay open behind the newest, for trainers that sample ahead. */
const OPEN_STEPS = 1;

interface State {
  /** Last step that is summed up. */
  written: number;
  newest: number;
  /** Results whose step nobody told. */
  untold: number;
  /** What was recorded of each open step, so that a retry of a trainer does not count twice. */
  readonly seen: Map<number, Set<string>>;
  readonly latencies: Map<number, Map<string, number[]>>;
}

interface Parts {
  readonly options: RunRecorderOptions;
  readonly journal: JsonlSink;
  readonly monitor: Monitor;
  readonly state: State;
}

/** Opens the folder of a run and takes up what an earlier service left. */
export async function openRunRecorder(options: RunRecorderOptions): Promise<RunRecorder> {
  const journal = jsonlSink(options.folder, { sync: 'close' });
  const { open, written } = await recoverRun(options.folder);
  const metricsOnly = defineSink({ name: 'jsonl', write: (records) => journal.write(records), close: () => journal.close() });
  const sinks = [metricsOnly, tensorboardSink(join(options.folder, 'tensorboard'))];
  const monitor = createMonitor({ run: options.run, sinks, onSinkError: options.onError });
  const state: State = { written, newest: written, untold: 0, seen: new Map(), latencies: new Map() };
  const parts: Parts = { options, journal, monitor, state };
  for (const record of open) remember(state, record);
  monitor.recordRollouts(open);
  state.untold = (state.newest + 1) * options.rewardsPerStep;
  return {
    record: (events) => recordEvents(parts, events),
    close: async () => {
      endSteps(parts, state.newest);
      await monitor.close();
    },
  };
}

function recordEvents(parts: Parts, events: readonly RewardEvent[]): void {
  const { journal, monitor, state, options } = parts;
  const fresh = events.flatMap((event) => {
    const record = toRollout(event, stepOf(event, state, options.rewardsPerStep));
    if (!remember(state, record)) return [];
    addLatency(state, record, event.latencyMs);
    return [record];
  });
  if (fresh.length === 0) return;
  journal.writeRollouts(fresh.map((record) => ({ ...record, run: options.run })));
  monitor.recordRollouts(fresh);
  endSteps(parts, state.newest - OPEN_STEPS - 1);
}

function stepOf({ request }: RewardEvent, state: State, rewardsPerStep: number): number {
  const told = request.progress?.step;
  const step = told === undefined ? Math.floor(state.untold++ / rewardsPerStep) : Math.floor(told);
  return Math.max(step, state.written + 1);
}

function remember(state: State, { step, sample, response, result }: RolloutInput): boolean {
  const seen = state.seen.get(step) ?? new Set<string>();
  state.seen.set(step, seen);
  state.newest = Math.max(state.newest, step);
  const key = `${result.status} ${sample} ${response}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function toRollout({ request, result }: RewardEvent, step: number): RolloutInput {
  return {
    step,
    source: result.data_source === 'all' ? 'all_' : result.data_source,
    split: request.split ?? 'train',
    sample: result.id,
    prompt: '',
    response: typeof request.response === 'string' ? request.response : '',
    result,
  };
}

function addLatency(state: State, { step, source, split }: RolloutInput, latencyMs: number): void {
  const ofStep = state.latencies.get(step) ?? new Map<string, number[]>();
  state.latencies.set(step, ofStep);
  const key = JSON.stringify([source, split]);
  const list = ofStep.get(key) ?? [];
  ofStep.set(key, list);
  list.push(latencyMs);
}

function endSteps({ monitor, state }: Parts, last: number): void {
  if (last <= state.written) return;
  for (const [step, bySource] of state.latencies) {
    if (step > last) continue;
    monitor.recordMetrics([...bySource].flatMap(([key, values]) => latencyMetrics(step, key, values)));
    state.latencies.delete(step);
  }
  for (const step of state.seen.keys()) if (step <= last) state.seen.delete(step);
  state.written = last;
  // The monitor writes in order by itself.
  void monitor.endStep(last);
}

function latencyMetrics(step: number, key: string, values: readonly number[]): MetricInput[] {
  const [source = '', split = ''] = JSON.parse(key) as string[];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const max = values.reduce((largest, value) => Math.max(largest, value), 0);
  return [
    { step, source, split, name: 'time/reward_latency_ms_mean', value: mean },
    { step, source, split, name: 'time/reward_latency_ms_max', value: max },
  ];
}
