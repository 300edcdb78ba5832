// @vtriune/monitor

export const ALL_SOURCES = 'all';

export interface Aggregator {
  add(rollout: RolloutRecord): void;
  take(step?: number): MetricRecord[];
  serialize(): string;
  merge(serialized: string): void;
}

export type AlarmInput = Omit<AlarmRecord, 'run' | 'source'> & Partial<Pick<AlarmRecord, 'run' | 'source'>>;

export const AlarmRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  alarm: Type.TString;
  severity: Type.TUnsafe<'warning' | 'critical'>;
  message: Type.TString;
  values: Type.TRecord<'^.*$', Type.TNumber>;
}>;

export type AlarmRecord = Static<typeof AlarmRecord>;

export interface AlarmRule<Schema extends TObject = TObject> {
  readonly name: string;
  readonly settings: Schema;
  watch(settings: Static<Schema>): Watch;
}

export const AlarmSettings: Type.TObject<{
  repeatEvery: WithDefault<Type.TInteger>;
  rewardCollapse: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        drop: Type.TNumber & Default;
        critical: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  learnsNothing: WithDefault<
    Type.TObject<
      {
        patience: Type.TInteger & Default;
        window: Type.TInteger & Default;
        gain: Type.TNumber & Default;
        solved: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  heldOutFalls: WithDefault<
    Type.TObject<
      {
        split: WithDefault<Type.TString>;
        window: Type.TInteger & Default;
        fall: Type.TNumber & Default;
        rise: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  lengthExplosion: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        factor: Type.TNumber & Default;
        tokens: Type.TNumber & Default;
        excess: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  formatOverAccuracy: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        rise: Type.TNumber & Default;
        fall: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  entropyCollapse: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        remaining: Type.TNumber & Default;
        critical: Type.TNumber & Default;
        solved: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  gradientSpike: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        factor: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  visionGradients: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        ratio: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  otherSpace: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        share: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  verifierFailures: WithDefault<
    Type.TObject<
      {
        share: Type.TNumber & Default;
        critical: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  noSignal: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        share: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  divergence: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        kl: Type.TNumber & Default;
        gap: Type.TNumber & Default;
        growth: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
}>;

export type AlarmSettingsInput = SettingsInput<typeof AlarmSettings>;

export interface Alarms {
  observe(records: readonly MetricRecord[]): AlarmRecord[];
}

export interface BufferedSinkOptions {
  readonly onWarning: (message: string) => void;
  readonly maxRecords?: number;
  readonly retryAfterMs?: number;
  readonly now?: () => number;
}

export interface ConsoleSinkOptions {
  readonly write: (text: string) => void;
  readonly isTTY?: boolean;
}

interface Default {
  readonly default: unknown;
}

export const FailedResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'failed'>;
  error: Type.TObject<{
    code: Type.TString;
    message: Type.TString;
  }>;
}>;

export type FailedResult = Static<typeof FailedResult>;

export type Finding = Pick<AlarmRecord, 'severity' | 'message' | 'values'> & {
  readonly source?: string;
  readonly aspect?: string;
  readonly remedy?: string;
};

export interface Ingest {
  take(body: string): Promise<Taken>;
  close(): Promise<void>;
}

export interface IngestOptions {
  readonly open: (run: string) => Monitor;
  readonly defaultRun?: string;
  readonly openSteps?: number;
  readonly maxStepGap?: number;
  readonly now?: () => number;
  readonly maxRuns?: number;
}

export interface JsonlSink extends Sink {
  write(records: readonly MetricRecord[]): void;
  writeRollouts(records: readonly RolloutRecord[]): void;
  writeAlarms(alarms: readonly AlarmRecord[]): void;
  writeRolloutLines(lines: readonly string[]): void;
  truncateAfter(step: number): void;
  close(): void;
}

export interface JsonlSinkOptions {
  readonly sync?: 'step' | 'close';
}

export type MetricInput = Omit<MetricRecord, 'run' | 'source' | 'split'> & Partial<Pick<MetricRecord, 'run' | 'source' | 'split'>>;

export const MetricRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TString;
  name: Type.TString;
  value: Type.TNumber;
}>;

export type MetricRecord = Static<typeof MetricRecord>;

export interface MlflowSinkOptions {
  readonly url: string;
  readonly experiment: string;
  readonly token?: string;
  readonly runId?: string;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

export interface Monitor {
  recordRollouts(records: readonly RolloutInput[]): void;
  recordMetrics(records: readonly MetricInput[]): void;
  recordAlarms(records: readonly AlarmInput[]): void;
  endStep(step: number): Promise<MetricRecord[]>;
  close(): Promise<void>;
}

export class MonitorError extends Error {
  readonly code: MonitorErrorCode;
  constructor(code: MonitorErrorCode, message: string, cause?: unknown);
}

export type MonitorErrorCode = 'invalid_record' | 'late_record' | 'sink_failed' | 'corrupt_file' | 'invalid_argument' | 'closed';

export interface MonitorOptions {
  readonly run: string;
  readonly sinks: readonly Sink[];
  readonly alarms?: Alarms;
  readonly onSinkError?: (error: MonitorError, sink: Sink) => void;
}

export const PAPER_ALIASES: Readonly<Record<string, string>>;

export interface PrometheusSink extends Sink {
  text(): string;
}

export interface PrometheusSinkOptions {
  readonly maxSeries?: number;
}

export const REFLECTION_WORDS: readonly string[];

export type RemedyFor = (alarm: string, source: string) => string | undefined;

export const RolloutBox: Type.TObject<{
  bbox_2d: Type.TArray<Type.TNumber>;
  label: Type.TOptional<Type.TString>;
  kind: Type.TOptional<Type.TUnsafe<'predicted' | 'ground_truth'>>;
  image: Type.TOptional<Type.TInteger>;
}>;

export type RolloutBox = Static<typeof RolloutBox>;

export type RolloutInput =
  | (Omit<RolloutRecord, 'run'> & {
      run?: string;
    })
  | SimpleRollout;

export const RolloutRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TOptional<Type.TString>;
  sample: Type.TString;
  group: Type.TOptional<Type.TString>;
  prompt: Type.TString;
  response: Type.TString;
  ground_truth: Type.TOptional<Type.TString>;
  response_tokens: Type.TOptional<Type.TInteger>;
  truncated: Type.TOptional<Type.TBoolean>;
  turns: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        role: Type.TUnsafe<'assistant' | 'tool'>;
        text: Type.TString;
        images: Type.TOptional<Type.TArray<Type.TString>>;
      }>
    >
  >;
  tool_calls: Type.TOptional<Type.TInteger>;
  tool_errors: Type.TOptional<Type.TInteger>;
  images: Type.TOptional<Type.TArray<Type.TString>>;
  boxes: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        bbox_2d: Type.TArray<Type.TNumber>;
        label: Type.TOptional<Type.TString>;
        kind: Type.TOptional<Type.TUnsafe<'predicted' | 'ground_truth'>>;
        image: Type.TOptional<Type.TInteger>;
      }>
    >
  >;
  advantage: Type.TOptional<Type.TNumber>;
  result: Type.TUnion<
    [
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'scored'>;
        reward: Type.TNumber;
        components: Type.TRecord<'^.*$', Type.TNumber>;
        metrics: Type.TRecord<'^.*$', Type.TNumber>;
        elapsed_ms: Type.TOptional<Type.TNumber>;
      }>,
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'failed'>;
        error: Type.TObject<{
          code: Type.TString;
          message: Type.TString;
        }>;
      }>,
    ]
  >;
}>;

export type RolloutRecord = Static<typeof RolloutRecord>;

export const RolloutTurn: Type.TObject<{
  role: Type.TUnsafe<'assistant' | 'tool'>;
  text: Type.TString;
  images: Type.TOptional<Type.TArray<Type.TString>>;
}>;

export type RolloutTurn = Static<typeof RolloutTurn>;

export const ScoredResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'scored'>;
  reward: Type.TNumber;
  components: Type.TRecord<'^.*$', Type.TNumber>;
  metrics: Type.TRecord<'^.*$', Type.TNumber>;
  elapsed_ms: Type.TOptional<Type.TNumber>;
}>;

export type ScoredResult = Static<typeof ScoredResult>;

export interface SimpleRollout {
  readonly step: number;
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
  readonly ground_truth?: string;
  readonly source?: string;
  readonly split?: string;
}

export interface Sink {
  readonly name: string;
  write(records: readonly MetricRecord[]): void | Promise<void>;
  writeRollouts?(records: readonly RolloutRecord[]): void | Promise<void>;
  writeAlarms?(alarms: readonly AlarmRecord[]): void | Promise<void>;
  close?(): void | Promise<void>;
}

export interface StepMetrics {
  readonly step: number;
  value(
    name: string,
    at?: {
      readonly source?: string;
      readonly split?: string;
    },
  ): number | undefined;
  sourcesWith(name: string): string[];
  names(source: string): string[];
}

export const TIME_OF_STEP = 'time/at';

export interface Taken {
  readonly metrics: number;
  readonly rollouts: number;
  readonly alarms: number;
  readonly late: number;
}

export interface TensorboardSink extends Sink {
  writeRollouts(records: readonly RolloutRecord[]): void;
  truncateAfter(step: number): void;
  close(): void;
}

export interface TensorboardSinkOptions {
  readonly now?: () => number;
  readonly suffix?: string;
  readonly rolloutsPerSource?: number;
  readonly imageFolder?: string;
}

export interface WandbSink extends Sink {
  folder(): string | undefined;
  close(): void;
}

export interface WandbSinkOptions {
  readonly project: string;
  readonly entity?: string;
  readonly id?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly now?: () => number;
}

export type Watch = (step: StepMetrics) => readonly Finding[];

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

export function aggregate(rollouts: readonly RolloutRecord[]): MetricRecord[];

export function alarmLine({ step, severity, alarm, source, message }: AlarmRecord): string;

export const alarmSettings: Settings<typeof AlarmSettings>;

export function bufferedSink(sink: Sink, options: BufferedSinkOptions): Sink;

export function consoleSink(options: ConsoleSinkOptions): Sink;

export function createAggregator(): Aggregator;

export function createAlarms(input?: AlarmSettingsInput, own?: readonly AlarmRule[], remedyFor?: RemedyFor): Alarms;

export function createIngest(options: IngestOptions): Ingest;

export function createMonitor(options: MonitorOptions): Monitor;

export function defineAlarm<Schema extends TObject>(rule: AlarmRule<Schema>): AlarmRule<Schema>;

export function defineSink<T extends Sink>(sink: T): T;

export function jsonlSink(folder: string, options?: JsonlSinkOptions): JsonlSink;

export function mlflowSink(options: MlflowSinkOptions): Sink;

export function paperAlias(record: Pick<MetricRecord, 'name' | 'source'>): string | undefined;

export function parseAlarmRecord(value: unknown): AlarmRecord;

export function parseMetricRecord(value: unknown): MetricRecord;

export function parseRolloutRecord(value: unknown): RolloutRecord;

export function prometheusSink({ maxSeries }?: PrometheusSinkOptions): PrometheusSink;

export function ruleSettings<Properties extends TProperties>(
  description: string,
  properties: Properties,
): TObject<
  Properties & {
    readonly enabled: TBoolean & Default;
  }
>;

export const schemas: Record<string, TSchema>;

export function tensorboardSink(folder: string, options?: TensorboardSinkOptions): TensorboardSink;

export function wandbSink(folder: string, options: WandbSinkOptions): WandbSink;

// @vtriune/monitor/dashboard

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

export interface DashboardOptions {
  readonly runs: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly token?: string;
  readonly ingest?: (body: string) => Promise<unknown>;
}

export function startDashboard(options: DashboardOptions): Promise<Dashboard>;

// @vtriune/monitor/report

export interface Report {
  readonly path: string;
  readonly curves: string;
}

export interface ReportOptions {
  readonly runs: readonly string[];
  readonly out: string;
}

export function writeReport({ runs, out }: ReportOptions): Promise<Report>;

// @vtriune/monitor/browser

export const ALL_SOURCES = 'all';

export interface Aggregator {
  add(rollout: RolloutRecord): void;
  take(step?: number): MetricRecord[];
  serialize(): string;
  merge(serialized: string): void;
}

export type AlarmInput = Omit<AlarmRecord, 'run' | 'source'> & Partial<Pick<AlarmRecord, 'run' | 'source'>>;

export const AlarmRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  alarm: Type.TString;
  severity: Type.TUnsafe<'warning' | 'critical'>;
  message: Type.TString;
  values: Type.TRecord<'^.*$', Type.TNumber>;
}>;

export type AlarmRecord = Static<typeof AlarmRecord>;

export interface AlarmRule<Schema extends TObject = TObject> {
  readonly name: string;
  readonly settings: Schema;
  watch(settings: Static<Schema>): Watch;
}

export const AlarmSettings: Type.TObject<{
  repeatEvery: WithDefault<Type.TInteger>;
  rewardCollapse: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        drop: Type.TNumber & Default;
        critical: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  learnsNothing: WithDefault<
    Type.TObject<
      {
        patience: Type.TInteger & Default;
        window: Type.TInteger & Default;
        gain: Type.TNumber & Default;
        solved: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  heldOutFalls: WithDefault<
    Type.TObject<
      {
        split: WithDefault<Type.TString>;
        window: Type.TInteger & Default;
        fall: Type.TNumber & Default;
        rise: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  lengthExplosion: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        factor: Type.TNumber & Default;
        tokens: Type.TNumber & Default;
        excess: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  formatOverAccuracy: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        rise: Type.TNumber & Default;
        fall: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  entropyCollapse: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        remaining: Type.TNumber & Default;
        critical: Type.TNumber & Default;
        solved: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  gradientSpike: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        factor: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  visionGradients: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        ratio: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  otherSpace: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        share: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  verifierFailures: WithDefault<
    Type.TObject<
      {
        share: Type.TNumber & Default;
        critical: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  noSignal: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        share: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
  divergence: WithDefault<
    Type.TObject<
      {
        window: Type.TInteger & Default;
        kl: Type.TNumber & Default;
        gap: Type.TNumber & Default;
        growth: Type.TNumber & Default;
      } & {
        readonly enabled: Type.TBoolean & Default;
      }
    >
  >;
}>;

export type AlarmSettingsInput = SettingsInput<typeof AlarmSettings>;

export interface Alarms {
  observe(records: readonly MetricRecord[]): AlarmRecord[];
}

export interface BufferedSinkOptions {
  readonly onWarning: (message: string) => void;
  readonly maxRecords?: number;
  readonly retryAfterMs?: number;
  readonly now?: () => number;
}

export interface ConsoleSinkOptions {
  readonly write: (text: string) => void;
  readonly isTTY?: boolean;
}

interface Default {
  readonly default: unknown;
}

export const FailedResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'failed'>;
  error: Type.TObject<{
    code: Type.TString;
    message: Type.TString;
  }>;
}>;

export type FailedResult = Static<typeof FailedResult>;

export type Finding = Pick<AlarmRecord, 'severity' | 'message' | 'values'> & {
  readonly source?: string;
  readonly aspect?: string;
  readonly remedy?: string;
};

export interface Ingest {
  take(body: string): Promise<Taken>;
  close(): Promise<void>;
}

export interface IngestOptions {
  readonly open: (run: string) => Monitor;
  readonly defaultRun?: string;
  readonly openSteps?: number;
  readonly maxStepGap?: number;
  readonly now?: () => number;
  readonly maxRuns?: number;
}

export type MetricInput = Omit<MetricRecord, 'run' | 'source' | 'split'> & Partial<Pick<MetricRecord, 'run' | 'source' | 'split'>>;

export const MetricRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TString;
  name: Type.TString;
  value: Type.TNumber;
}>;

export type MetricRecord = Static<typeof MetricRecord>;

export interface MlflowSinkOptions {
  readonly url: string;
  readonly experiment: string;
  readonly token?: string;
  readonly runId?: string;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

export interface Monitor {
  recordRollouts(records: readonly RolloutInput[]): void;
  recordMetrics(records: readonly MetricInput[]): void;
  recordAlarms(records: readonly AlarmInput[]): void;
  endStep(step: number): Promise<MetricRecord[]>;
  close(): Promise<void>;
}

export class MonitorError extends Error {
  readonly code: MonitorErrorCode;
  constructor(code: MonitorErrorCode, message: string, cause?: unknown);
}

export type MonitorErrorCode = 'invalid_record' | 'late_record' | 'sink_failed' | 'corrupt_file' | 'invalid_argument' | 'closed';

export interface MonitorOptions {
  readonly run: string;
  readonly sinks: readonly Sink[];
  readonly alarms?: Alarms;
  readonly onSinkError?: (error: MonitorError, sink: Sink) => void;
}

export const PAPER_ALIASES: Readonly<Record<string, string>>;

export interface PrometheusSink extends Sink {
  text(): string;
}

export interface PrometheusSinkOptions {
  readonly maxSeries?: number;
}

export const REFLECTION_WORDS: readonly string[];

export type RemedyFor = (alarm: string, source: string) => string | undefined;

export const RolloutBox: Type.TObject<{
  bbox_2d: Type.TArray<Type.TNumber>;
  label: Type.TOptional<Type.TString>;
  kind: Type.TOptional<Type.TUnsafe<'predicted' | 'ground_truth'>>;
  image: Type.TOptional<Type.TInteger>;
}>;

export type RolloutBox = Static<typeof RolloutBox>;

export type RolloutInput =
  | (Omit<RolloutRecord, 'run'> & {
      run?: string;
    })
  | SimpleRollout;

export const RolloutRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TOptional<Type.TString>;
  sample: Type.TString;
  group: Type.TOptional<Type.TString>;
  prompt: Type.TString;
  response: Type.TString;
  ground_truth: Type.TOptional<Type.TString>;
  response_tokens: Type.TOptional<Type.TInteger>;
  truncated: Type.TOptional<Type.TBoolean>;
  turns: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        role: Type.TUnsafe<'assistant' | 'tool'>;
        text: Type.TString;
        images: Type.TOptional<Type.TArray<Type.TString>>;
      }>
    >
  >;
  tool_calls: Type.TOptional<Type.TInteger>;
  tool_errors: Type.TOptional<Type.TInteger>;
  images: Type.TOptional<Type.TArray<Type.TString>>;
  boxes: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        bbox_2d: Type.TArray<Type.TNumber>;
        label: Type.TOptional<Type.TString>;
        kind: Type.TOptional<Type.TUnsafe<'predicted' | 'ground_truth'>>;
        image: Type.TOptional<Type.TInteger>;
      }>
    >
  >;
  advantage: Type.TOptional<Type.TNumber>;
  result: Type.TUnion<
    [
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'scored'>;
        reward: Type.TNumber;
        components: Type.TRecord<'^.*$', Type.TNumber>;
        metrics: Type.TRecord<'^.*$', Type.TNumber>;
        elapsed_ms: Type.TOptional<Type.TNumber>;
      }>,
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'failed'>;
        error: Type.TObject<{
          code: Type.TString;
          message: Type.TString;
        }>;
      }>,
    ]
  >;
}>;

export type RolloutRecord = Static<typeof RolloutRecord>;

export const ScoredResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'scored'>;
  reward: Type.TNumber;
  components: Type.TRecord<'^.*$', Type.TNumber>;
  metrics: Type.TRecord<'^.*$', Type.TNumber>;
  elapsed_ms: Type.TOptional<Type.TNumber>;
}>;

export type ScoredResult = Static<typeof ScoredResult>;

export interface SimpleRollout {
  readonly step: number;
  readonly prompt: string;
  readonly response: string;
  readonly reward: number;
  readonly ground_truth?: string;
  readonly source?: string;
  readonly split?: string;
}

export interface Sink {
  readonly name: string;
  write(records: readonly MetricRecord[]): void | Promise<void>;
  writeRollouts?(records: readonly RolloutRecord[]): void | Promise<void>;
  writeAlarms?(alarms: readonly AlarmRecord[]): void | Promise<void>;
  close?(): void | Promise<void>;
}

export interface StepMetrics {
  readonly step: number;
  value(
    name: string,
    at?: {
      readonly source?: string;
      readonly split?: string;
    },
  ): number | undefined;
  sourcesWith(name: string): string[];
  names(source: string): string[];
}

export const TIME_OF_STEP = 'time/at';

export interface Taken {
  readonly metrics: number;
  readonly rollouts: number;
  readonly alarms: number;
  readonly late: number;
}

export type Watch = (step: StepMetrics) => readonly Finding[];

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

export function aggregate(rollouts: readonly RolloutRecord[]): MetricRecord[];

export function alarmLine({ step, severity, alarm, source, message }: AlarmRecord): string;

export const alarmSettings: Settings<typeof AlarmSettings>;

export function bufferedSink(sink: Sink, options: BufferedSinkOptions): Sink;

export function consoleSink(options: ConsoleSinkOptions): Sink;

export function createAggregator(): Aggregator;

export function createAlarms(input?: AlarmSettingsInput, own?: readonly AlarmRule[], remedyFor?: RemedyFor): Alarms;

export function createIngest(options: IngestOptions): Ingest;

export function createMonitor(options: MonitorOptions): Monitor;

export function defineAlarm<Schema extends TObject>(rule: AlarmRule<Schema>): AlarmRule<Schema>;

export function defineSink<T extends Sink>(sink: T): T;

export function mlflowSink(options: MlflowSinkOptions): Sink;

export function paperAlias(record: Pick<MetricRecord, 'name' | 'source'>): string | undefined;

export function parseAlarmRecord(value: unknown): AlarmRecord;

export function parseMetricRecord(value: unknown): MetricRecord;

export function parseRolloutRecord(value: unknown): RolloutRecord;

export function prometheusSink({ maxSeries }?: PrometheusSinkOptions): PrometheusSink;

export function ruleSettings<Properties extends TProperties>(
  description: string,
  properties: Properties,
): TObject<
  Properties & {
    readonly enabled: TBoolean & Default;
  }
>;

export const schemas: Record<string, TSchema>;

// @vtriune/monitor/testing

const AlarmRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  alarm: Type.TString;
  severity: Type.TUnsafe<'warning' | 'critical'>;
  message: Type.TString;
  values: Type.TRecord<'^.*$', Type.TNumber>;
}>;

type AlarmRecord = Static<typeof AlarmRecord>;

const MetricRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TString;
  name: Type.TString;
  value: Type.TNumber;
}>;

type MetricRecord = Static<typeof MetricRecord>;

const RolloutRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TOptional<Type.TString>;
  sample: Type.TString;
  group: Type.TOptional<Type.TString>;
  prompt: Type.TString;
  response: Type.TString;
  ground_truth: Type.TOptional<Type.TString>;
  response_tokens: Type.TOptional<Type.TInteger>;
  truncated: Type.TOptional<Type.TBoolean>;
  turns: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        role: Type.TUnsafe<'assistant' | 'tool'>;
        text: Type.TString;
        images: Type.TOptional<Type.TArray<Type.TString>>;
      }>
    >
  >;
  tool_calls: Type.TOptional<Type.TInteger>;
  tool_errors: Type.TOptional<Type.TInteger>;
  images: Type.TOptional<Type.TArray<Type.TString>>;
  boxes: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        bbox_2d: Type.TArray<Type.TNumber>;
        label: Type.TOptional<Type.TString>;
        kind: Type.TOptional<Type.TUnsafe<'predicted' | 'ground_truth'>>;
        image: Type.TOptional<Type.TInteger>;
      }>
    >
  >;
  advantage: Type.TOptional<Type.TNumber>;
  result: Type.TUnion<
    [
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'scored'>;
        reward: Type.TNumber;
        components: Type.TRecord<'^.*$', Type.TNumber>;
        metrics: Type.TRecord<'^.*$', Type.TNumber>;
        elapsed_ms: Type.TOptional<Type.TNumber>;
      }>,
      Type.TObject<{
        id: Type.TString;
        data_source: Type.TString;
        verifier: Type.TString;
        status: Type.TLiteral<'failed'>;
        error: Type.TObject<{
          code: Type.TString;
          message: Type.TString;
        }>;
      }>,
    ]
  >;
}>;

type RolloutRecord = Static<typeof RolloutRecord>;

interface Sink {
  readonly name: string;
  write(records: readonly MetricRecord[]): void | Promise<void>;
  writeRollouts?(records: readonly RolloutRecord[]): void | Promise<void>;
  writeAlarms?(alarms: readonly AlarmRecord[]): void | Promise<void>;
  close?(): void | Promise<void>;
}

export type SinkFactory = () => Sink | Promise<Sink>;

export function checkSink(make: SinkFactory): Promise<string[]>;

// @vtriune/monitor/importers

export interface ImportOptions {
  readonly run: string;
}

export interface Imported {
  readonly records: readonly MetricRecord[];
  readonly skipped: number;
  readonly damaged: number;
}

const MetricRecord: Type.TObject<{
  run: Type.TString;
  step: Type.TInteger;
  source: Type.TString;
  split: Type.TString;
  name: Type.TString;
  value: Type.TNumber;
}>;

type MetricRecord = Static<typeof MetricRecord>;

export function importTensorboard(
  file: Uint8Array,
  options: ImportOptions & {
    readonly split?: string;
  },
): Imported;

export function importTrl(text: string, options: ImportOptions): Imported;

export function importVTriune(text: string, options: ImportOptions): Imported;

export function importVerl(text: string, options: ImportOptions): Imported;
