// Records
export {
  AlarmRecord,
  ALL_SOURCES,
  FailedResult,
  MetricRecord,
  parseAlarmRecord,
  parseMetricRecord,
  parseRolloutRecord,
  RolloutBox,
  RolloutRecord,
  RolloutTurn,
  ScoredResult,
  TIME_OF_STEP,
} from './record.ts';
export { schemas } from './schemas.ts';
// From rollouts to metrics
export { aggregate, createAggregator, type Aggregator } from './aggregate.ts';
export { PAPER_ALIASES, paperAlias } from './paper-aliases.ts';
export { REFLECTION_WORDS } from './reflection.ts';
// Alarms
export { createAlarms, type Alarms, type RemedyFor } from './alarms/create-alarms.ts';
export { AlarmSettings, alarmSettings, type AlarmSettingsInput } from './alarms/alarm-settings.ts';
export { defineAlarm, ruleSettings, type AlarmRule, type Finding, type Watch } from './alarms/rule.ts';
export type { StepMetrics } from './alarms/step-metrics.ts';
// A run
export { createMonitor, type Monitor, type MonitorOptions } from './monitor.ts';
export type { AlarmInput, MetricInput, RolloutInput, SimpleRollout } from './rollout-input.ts';
// Records of other trainers
export { createIngest, type Ingest, type IngestOptions, type Taken } from './ingest/ingest.ts';
// Sinks
export { defineSink, type Sink } from './sink.ts';
export { bufferedSink, type BufferedSinkOptions } from './sinks/buffered-sink.ts';
export { alarmLine, consoleSink, type ConsoleSinkOptions } from './sinks/console-sink.ts';
export { jsonlSink, type JsonlSink, type JsonlSinkOptions } from './sinks/jsonl-sink.ts';
export { tensorboardSink, type TensorboardSink, type TensorboardSinkOptions } from './sinks/tensorboard-sink.ts';
export { wandbSink, type WandbSink, type WandbSinkOptions } from './sinks/wandb-sink.ts';
export { mlflowSink, type MlflowSinkOptions } from './sinks/mlflow-sink.ts';
export { prometheusSink, type PrometheusSink, type PrometheusSinkOptions } from './sinks/prometheus-sink.ts';
// Errors
export { MonitorError, type MonitorErrorCode } from './errors.ts';
