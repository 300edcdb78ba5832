import { ALL_SOURCES, type AlarmRecord, type MetricRecord, type RolloutRecord } from './record.ts';

/** A metric for `Monitor.recordMetrics`. Left out: `run` is the monitor's, `source` is `all`, `split` is `train`. */
export type MetricInput = Omit<MetricRecord, 'run' | 'source' | 'split'> & Partial<Pick<MetricRecord, 'run' | 'source' | 'split'>>;

/** An alarm for `Monitor.recordAlarms`. Left out: `run` is the monitor's, `source` is `all`. */
export type AlarmInput = Omit<AlarmRecord, 'run' | 'source'> & Partial<Pick<AlarmRecord, 'run' | 'source'>>;

/** The least that a training loop knows of a response. */
export interface SimpleRollout {
  readonly step: number;
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
  readonly ground_truth?: string;
  /** Default: `default`. */
  readonly source?: string;
  readonly split?: string;
}

/** A rollout for `Monitor.recordRollouts`: a whole record, or only prompt, response, and reward. `run` may be left out. */
export type RolloutInput = (Omit<RolloutRecord, 'run'> & { run?: string }) | SimpleRollout;

/** Fills in what a metric may leave out. */
export function completeMetric(input: MetricInput): object {
  return { source: ALL_SOURCES, split: 'train', ...input };
}

/** Fills in what an alarm may leave out. */
export function completeAlarm(input: AlarmInput): object {
  return { source: ALL_SOURCES, ...input };
}

/** Makes a record of a rollout that has a `reward` in place of a `result`; responses to the same prompt are a group. */
export function completeRollout(input: RolloutInput): object {
  if (!('reward' in input) || 'result' in input) return input;
  const { reward, source = 'default', ...fields } = input;
  const id = input.prompt === '' ? '(empty prompt)' : input.prompt;
  const result = { id, data_source: source, verifier: 'reward', status: 'scored', reward, components: {}, metrics: {} };
  return { ...fields, source, sample: id, result };
}
