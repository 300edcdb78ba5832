// @vtriune/verifiers

export const AnswerFormat: Type.TUnion<
  [Type.TLiteral<'boxed'>, Type.TLiteral<'answer_tag'>, Type.TLiteral<'last_line'>, Type.TLiteral<'any'>]
>;

export type AnswerFormat = Static<typeof AnswerFormat>;

export const FailedResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'failed'>;
  error: Type.TObject<{
    code: Type.TUnion<
      [
        Type.TLiteral<'invalid_request'>,
        Type.TLiteral<'unknown_verifier'>,
        Type.TLiteral<'invalid_parameters'>,
        Type.TLiteral<'invalid_ground_truth'>,
        Type.TLiteral<'timeout'>,
        Type.TLiteral<'overloaded'>,
        Type.TLiteral<'verifier_error'>,
      ]
    >;
    message: Type.TString;
  }>;
}>;

export type FailedResult = Static<typeof FailedResult>;

export const FailureCode: Type.TUnion<
  [
    Type.TLiteral<'invalid_request'>,
    Type.TLiteral<'unknown_verifier'>,
    Type.TLiteral<'invalid_parameters'>,
    Type.TLiteral<'invalid_ground_truth'>,
    Type.TLiteral<'timeout'>,
    Type.TLiteral<'overloaded'>,
    Type.TLiteral<'verifier_error'>,
  ]
>;

export type FailureCode = Static<typeof FailureCode>;

export const ImageSize: Type.TObject<{
  width: Type.TNumber;
  height: Type.TNumber;
  resized_width: Type.TOptional<Type.TNumber>;
  resized_height: Type.TOptional<Type.TNumber>;
}>;

export type ImageSize = Static<typeof ImageSize>;

export interface LoadPluginsOptions {
  readonly resolveFrom?: string | URL;
}

export interface LocatedAnswer {
  readonly text: string;
  readonly place: Exclude<AnswerFormat, 'any'>;
  readonly announced: boolean;
}

export const Progress: Type.TObject<{
  step: Type.TNumber;
  total_steps: Type.TNumber;
  recorded: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        passed: Type.TNumber;
        count: Type.TNumber;
      }>
    >
  >;
}>;

export type Progress = Static<typeof Progress>;

export interface Registry {
  readonly names: readonly string[];
  get(name: string): Verifier;
  has(name: string): boolean;
}

export const RewardRequest: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  verifier_parm: Type.TOptional<Type.TUnknown>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier_parm: Type.TOptional<Type.TUnknown>;
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  response: Type.TString;
  trajectory: Type.TOptional<
    Type.TObject<{
      tool_calls: Type.TInteger;
      tool_errors: Type.TInteger;
      turns: Type.TArray<
        Type.TObject<{
          role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
          text: Type.TString;
        }>
      >;
    }>
  >;
  ground_truth: Type.TUnknown;
  answer: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  progress: Type.TOptional<
    Type.TObject<{
      step: Type.TNumber;
      total_steps: Type.TNumber;
      recorded: Type.TOptional<
        Type.TArray<
          Type.TObject<{
            passed: Type.TNumber;
            count: Type.TNumber;
          }>
        >
      >;
    }>
  >;
  split: Type.TOptional<Type.TUnion<[Type.TLiteral<'train'>, Type.TLiteral<'test'>]>>;
  images: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        width: Type.TNumber;
        height: Type.TNumber;
        resized_width: Type.TOptional<Type.TNumber>;
        resized_height: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
}>;

export type RewardRequest = Static<typeof RewardRequest>;

export const RewardResult: Type.TUnion<
  [
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'scored'>;
      reward: Type.TNumber;
      components: Type.TRecord<'^.*$', Type.TNumber>;
      metrics: Type.TRecord<'^.*$', Type.TNumber>;
      elapsed_ms: Type.TNumber;
    }>,
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'failed'>;
      error: Type.TObject<{
        code: Type.TUnion<
          [
            Type.TLiteral<'invalid_request'>,
            Type.TLiteral<'unknown_verifier'>,
            Type.TLiteral<'invalid_parameters'>,
            Type.TLiteral<'invalid_ground_truth'>,
            Type.TLiteral<'timeout'>,
            Type.TLiteral<'overloaded'>,
            Type.TLiteral<'verifier_error'>,
          ]
        >;
        message: Type.TString;
      }>;
    }>,
  ]
>;

export type RewardResult = Static<typeof RewardResult>;

export const RewardTerm: Type.TObject<{
  verifier_parm: Type.TOptional<Type.TUnknown>;
  verifier: Type.TString;
  weight: Type.TOptional<Type.TNumber>;
  name: Type.TOptional<Type.TString>;
  ground_truth: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
}>;

export type RewardTerm = Static<typeof RewardTerm>;

export interface SampleResponse {
  readonly sample: Sample;
  readonly response: string;
  readonly id?: string;
  readonly progress?: Progress;
  readonly split?: 'train' | 'test';
  readonly images?: readonly ImageSize[];
  readonly trajectory?: Trajectory;
}

export interface ScoreOptions {
  readonly registry?: Registry;
  readonly now?: () => number;
}

export const ScoredResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'scored'>;
  reward: Type.TNumber;
  components: Type.TRecord<'^.*$', Type.TNumber>;
  metrics: Type.TRecord<'^.*$', Type.TNumber>;
  elapsed_ms: Type.TNumber;
}>;

export type ScoredResult = Static<typeof ScoredResult>;

export const Trajectory: Type.TObject<{
  tool_calls: Type.TInteger;
  tool_errors: Type.TInteger;
  turns: Type.TArray<
    Type.TObject<{
      role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
      text: Type.TString;
    }>
  >;
}>;

export type Trajectory = Static<typeof Trajectory>;

export interface Verifier {
  readonly name: string;
  readonly description: string;
  readonly parameters: TSchema;
  readonly components: readonly string[];
  readonly metrics: readonly string[];
  readonly verify: (input: VerifierInput) => VerifierOutcome | Promise<VerifierOutcome>;
  readonly gold?: (input: Omit<VerifierInput, 'response'>) => string;
}

export interface VerifierDefinition<Schema extends TSchema, Truth> {
  readonly name: string;
  readonly description: string;
  readonly parameters: Schema;
  readonly components?: readonly string[];
  readonly metrics?: readonly string[];
  readonly groundTruth: (raw: unknown, parameters: Static<Schema>) => Truth;
  readonly verify: (input: VerifierInput<Truth, Static<Schema>>) => VerifierOutcome | Promise<VerifierOutcome>;
  readonly gold?: (input: Omit<VerifierInput<Truth, Static<Schema>>, 'response'>) => string;
}

export class VerifierError extends Error {
  readonly code: VerifierErrorCode;
  constructor(code: VerifierErrorCode, message: string, options?: ErrorOptions);
}

export type VerifierErrorCode =
  | 'invalid_request'
  | 'unknown_verifier'
  | 'invalid_parameters'
  | 'invalid_ground_truth'
  | 'timeout'
  | 'overloaded'
  | 'verifier_error'
  | 'invalid_definition'
  | 'duplicate_verifier'
  | 'invalid_plugin'
  | 'conformance';

export interface VerifierInput<Truth = unknown, Parameters = unknown> {
  readonly response: string;
  readonly groundTruth: Truth;
  readonly parameters: Parameters;
  readonly answer?: unknown;
  readonly progress?: Progress | undefined;
  readonly split: 'train' | 'test';
  readonly images: readonly ImageSize[];
  readonly trajectory?: Trajectory | undefined;
}

export interface VerifierOutcome {
  readonly accuracy: number;
  readonly format: number;
  readonly components?: Readonly<Record<string, number>>;
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface VerifierPlugin {
  readonly meta: {
    readonly name: string;
    readonly version: string;
  };
  readonly verifiers: readonly Verifier[];
}

export const builtins: readonly Verifier[];

export function createRegistry(verifiers: readonly Verifier[]): Registry;

export function createRewardRequest(given: SampleResponse): RewardRequest;

export function defineVerifier<Schema extends TObject, Truth>(definition: VerifierDefinition<Schema, Truth>): Verifier;

export function loadPlugins(names: readonly string[], options?: LoadPluginsOptions): Promise<VerifierPlugin[]>;

export function locateAnswer(response: string, format?: AnswerFormat): LocatedAnswer | undefined;

export function resolvePlugin(name: string, options?: LoadPluginsOptions): string;

export const schemas: Readonly<Record<string, TSchema>>;

export function score(requests: readonly RewardRequest[], options?: ScoreOptions): Promise<RewardResult[]>;

// @vtriune/verifiers/server

export interface DecodedCall {
  readonly items: readonly (RewardRequest | FailedResult)[];
  readonly run?: string;
  encode(results: readonly RewardResult[]): {
    status: 200;
    body: unknown;
  };
}

const FailedResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'failed'>;
  error: Type.TObject<{
    code: Type.TUnion<
      [
        Type.TLiteral<'invalid_request'>,
        Type.TLiteral<'unknown_verifier'>,
        Type.TLiteral<'invalid_parameters'>,
        Type.TLiteral<'invalid_ground_truth'>,
        Type.TLiteral<'timeout'>,
        Type.TLiteral<'overloaded'>,
        Type.TLiteral<'verifier_error'>,
      ]
    >;
    message: Type.TString;
  }>;
}>;

type FailedResult = Static<typeof FailedResult>;

export const PoolSettings: Type.TObject<{
  workers: Type.TOptional<Type.TInteger>;
  plugins: WithDefault<Type.TArray<Type.TString>>;
  deadlineMs: WithDefault<Type.TInteger>;
  startMs: WithDefault<Type.TInteger>;
  maxQueued: WithDefault<Type.TInteger>;
  chunkSize: WithDefault<Type.TInteger>;
  memoryMb: WithDefault<Type.TInteger>;
}>;

export interface ProtocolAdapter {
  readonly name: string;
  readonly method: 'POST';
  readonly path: string;
  decode(body: unknown, context: ProtocolContext): DecodedCall;
}

export interface ProtocolContext {
  readonly defaultVerifier?: string;
  readonly verifiers: readonly VerifierDescription[];
  readonly requestId: string;
}

export interface RewardEvent {
  readonly run: string;
  readonly route: string;
  readonly requestId: string;
  readonly request: RewardRequest;
  readonly result: RewardResult;
  readonly latencyMs: number;
}

export interface RewardHandler {
  fetch(request: Request): Promise<Response>;
  beginDrain(): void;
  drained(): Promise<void>;
}

export interface RewardHandlerOptions {
  readonly scorer: Scorer;
  readonly observer?: RewardObserver;
  readonly protocols?: readonly ProtocolAdapter[];
  readonly state?: RunState;
  readonly token?: string;
  readonly corsOrigins?: readonly string[];
  readonly maxBodyBytes?: number;
  readonly maxHeldBytes?: number;
  readonly maxValues?: number;
  readonly bodyIdleMs?: number;
  readonly localHosts?: readonly string[];
  readonly maxItems?: number;
  readonly defaultRun?: string;
  readonly defaultVerifier?: string;
  readonly logger?: ServiceLogger;
  readonly now?: () => number;
}

export type RewardObserver = (events: readonly RewardEvent[]) => unknown;

const RewardRequest: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  verifier_parm: Type.TOptional<Type.TUnknown>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier_parm: Type.TOptional<Type.TUnknown>;
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  response: Type.TString;
  trajectory: Type.TOptional<
    Type.TObject<{
      tool_calls: Type.TInteger;
      tool_errors: Type.TInteger;
      turns: Type.TArray<
        Type.TObject<{
          role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
          text: Type.TString;
        }>
      >;
    }>
  >;
  ground_truth: Type.TUnknown;
  answer: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  progress: Type.TOptional<
    Type.TObject<{
      step: Type.TNumber;
      total_steps: Type.TNumber;
      recorded: Type.TOptional<
        Type.TArray<
          Type.TObject<{
            passed: Type.TNumber;
            count: Type.TNumber;
          }>
        >
      >;
    }>
  >;
  split: Type.TOptional<Type.TUnion<[Type.TLiteral<'train'>, Type.TLiteral<'test'>]>>;
  images: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        width: Type.TNumber;
        height: Type.TNumber;
        resized_width: Type.TOptional<Type.TNumber>;
        resized_height: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
}>;

type RewardRequest = Static<typeof RewardRequest>;

const RewardResult: Type.TUnion<
  [
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'scored'>;
      reward: Type.TNumber;
      components: Type.TRecord<'^.*$', Type.TNumber>;
      metrics: Type.TRecord<'^.*$', Type.TNumber>;
      elapsed_ms: Type.TNumber;
    }>,
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'failed'>;
      error: Type.TObject<{
        code: Type.TUnion<
          [
            Type.TLiteral<'invalid_request'>,
            Type.TLiteral<'unknown_verifier'>,
            Type.TLiteral<'invalid_parameters'>,
            Type.TLiteral<'invalid_ground_truth'>,
            Type.TLiteral<'timeout'>,
            Type.TLiteral<'overloaded'>,
            Type.TLiteral<'verifier_error'>,
          ]
        >;
        message: Type.TString;
      }>;
    }>,
  ]
>;

type RewardResult = Static<typeof RewardResult>;

export interface RewardServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface RunDeclaration {
  readonly step?: number;
  readonly total_steps?: number;
  readonly rewards_per_step?: number;
}

export interface RunEntry extends RunDeclaration {
  readonly counting: boolean;
  readonly countedBefore: number;
}

export interface RunProgress {
  readonly step: number;
  readonly total_steps: number;
}

export interface RunReport extends RunDeclaration {
  readonly counted: number;
  readonly source?: 'reported' | 'inferred';
}

export interface RunState {
  declare(run: string, declaration: RunDeclaration): Promise<RunReport>;
  read(run: string): Promise<RunReport | undefined>;
  count(run: string, requests: number, key: string | undefined): Promise<boolean>;
  confirm(run: string, key: string): Promise<void>;
  close(): Promise<void>;
}

export interface Scorer {
  score(requests: readonly RewardRequest[]): Promise<RewardResult[]>;
  readonly verifiers: readonly VerifierDescription[];
  stats(): ScorerStats;
  close(): Promise<void>;
}

export interface ScorerStats {
  readonly queued: number;
  readonly running: number;
  readonly workers: number;
  readonly replaced: number;
}

export interface ScoringPoolOptions extends SettingsInput<typeof PoolSettings> {
  readonly resolveFrom?: string | URL;
  readonly workerUrl?: URL;
}

export interface ServeRewardsOptions extends Omit<RewardHandlerOptions, 'scorer' | 'localHosts'>, ScoringPoolOptions {
  readonly scorer?: Scorer;
  readonly host?: string;
  readonly port?: number;
  readonly drainMs?: number;
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions);
}

export type ServiceErrorCode =
  | 'invalid_body'
  | 'invalid_options'
  | 'unauthorized'
  | 'forbidden'
  | 'method_not_allowed'
  | 'too_slow'
  | 'too_large'
  | 'unsupported_media_type'
  | 'overloaded'
  | 'closed'
  | 'unavailable';

export interface ServiceLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface VerifierDescription {
  readonly name: string;
  readonly description: string;
  readonly parameters: TSchema;
  readonly components: readonly string[];
  readonly metrics: readonly string[];
}

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

export function createRewardHandler(options: RewardHandlerOptions): RewardHandler;

export function createRunState(): RunState;

export function createScoringPool(given?: ScoringPoolOptions): Promise<Scorer>;

export function createServiceLogger(level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'): ServiceLogger;

export function declareRun(entry: RunEntry | undefined, declaration: RunDeclaration, answered: number): RunEntry;

export const protocols: readonly ProtocolAdapter[];

export function reportRun(entry: RunEntry, answered: number): RunReport;

export function serveRewards(options?: ServeRewardsOptions): Promise<RewardServer>;

// @vtriune/verifiers/client

export interface ClientProgress {
  readonly step?: number;
  readonly total_steps?: number;
  readonly rewards_per_step?: number;
}

export const FailedResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'failed'>;
  error: Type.TObject<{
    code: Type.TUnion<
      [
        Type.TLiteral<'invalid_request'>,
        Type.TLiteral<'unknown_verifier'>,
        Type.TLiteral<'invalid_parameters'>,
        Type.TLiteral<'invalid_ground_truth'>,
        Type.TLiteral<'timeout'>,
        Type.TLiteral<'overloaded'>,
        Type.TLiteral<'verifier_error'>,
      ]
    >;
    message: Type.TString;
  }>;
}>;

export type FailedResult = Static<typeof FailedResult>;

export interface RewardClient {
  score(
    requests: readonly RewardRequest[],
    options?: {
      readonly signal?: AbortSignal;
    },
  ): Promise<RewardResult[]>;
  setProgress(progress: ClientProgress): Promise<void>;
  health(): Promise<ServerHealth[]>;
  close(): void;
}

export interface RewardClientOptions {
  readonly urls: readonly string[];
  readonly token?: string;
  readonly timeoutMs?: number;
  readonly outageMs?: number;
  readonly onOutage?: (message: string) => void;
  readonly concurrency?: number;
  readonly retries?: number;
  readonly batchSize?: number;
  readonly run?: string;
  readonly fetch?: typeof globalThis.fetch;
}

export const RewardRequest: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  verifier_parm: Type.TOptional<Type.TUnknown>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier_parm: Type.TOptional<Type.TUnknown>;
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  response: Type.TString;
  trajectory: Type.TOptional<
    Type.TObject<{
      tool_calls: Type.TInteger;
      tool_errors: Type.TInteger;
      turns: Type.TArray<
        Type.TObject<{
          role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
          text: Type.TString;
        }>
      >;
    }>
  >;
  ground_truth: Type.TUnknown;
  answer: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  progress: Type.TOptional<
    Type.TObject<{
      step: Type.TNumber;
      total_steps: Type.TNumber;
      recorded: Type.TOptional<
        Type.TArray<
          Type.TObject<{
            passed: Type.TNumber;
            count: Type.TNumber;
          }>
        >
      >;
    }>
  >;
  split: Type.TOptional<Type.TUnion<[Type.TLiteral<'train'>, Type.TLiteral<'test'>]>>;
  images: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        width: Type.TNumber;
        height: Type.TNumber;
        resized_width: Type.TOptional<Type.TNumber>;
        resized_height: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
}>;

export type RewardRequest = Static<typeof RewardRequest>;

export const RewardResult: Type.TUnion<
  [
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'scored'>;
      reward: Type.TNumber;
      components: Type.TRecord<'^.*$', Type.TNumber>;
      metrics: Type.TRecord<'^.*$', Type.TNumber>;
      elapsed_ms: Type.TNumber;
    }>,
    Type.TObject<{
      id: Type.TString;
      data_source: Type.TString;
      verifier: Type.TString;
      status: Type.TLiteral<'failed'>;
      error: Type.TObject<{
        code: Type.TUnion<
          [
            Type.TLiteral<'invalid_request'>,
            Type.TLiteral<'unknown_verifier'>,
            Type.TLiteral<'invalid_parameters'>,
            Type.TLiteral<'invalid_ground_truth'>,
            Type.TLiteral<'timeout'>,
            Type.TLiteral<'overloaded'>,
            Type.TLiteral<'verifier_error'>,
          ]
        >;
        message: Type.TString;
      }>;
    }>,
  ]
>;

export type RewardResult = Static<typeof RewardResult>;

export const ScoredResult: Type.TObject<{
  id: Type.TString;
  data_source: Type.TString;
  verifier: Type.TString;
  status: Type.TLiteral<'scored'>;
  reward: Type.TNumber;
  components: Type.TRecord<'^.*$', Type.TNumber>;
  metrics: Type.TRecord<'^.*$', Type.TNumber>;
  elapsed_ms: Type.TNumber;
}>;

export type ScoredResult = Static<typeof ScoredResult>;

export interface ServerHealth {
  readonly url: string;
  readonly ready: boolean;
  readonly message: string;
}

export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions);
}

export type ServiceErrorCode =
  | 'invalid_body'
  | 'invalid_options'
  | 'unauthorized'
  | 'forbidden'
  | 'method_not_allowed'
  | 'too_slow'
  | 'too_large'
  | 'unsupported_media_type'
  | 'overloaded'
  | 'closed'
  | 'unavailable';

export function createRewardClient(options: RewardClientOptions): RewardClient;

// @vtriune/verifiers/scorers

export type Assertion = (output: unknown, context: AssertionContext) => Promise<AssertionResult>;

export interface AssertionContext {
  readonly vars: Readonly<Record<string, unknown>>;
}

interface AssertionOptions {
  readonly parameters?: unknown;
  readonly variable?: string;
  readonly threshold?: number;
}

export interface AssertionResult {
  readonly pass: boolean;
  readonly score: number;
  readonly reason: string;
}

const ImageSize: Type.TObject<{
  width: Type.TNumber;
  height: Type.TNumber;
  resized_width: Type.TOptional<Type.TNumber>;
  resized_height: Type.TOptional<Type.TNumber>;
}>;

type ImageSize = Static<typeof ImageSize>;

const Progress: Type.TObject<{
  step: Type.TNumber;
  total_steps: Type.TNumber;
  recorded: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        passed: Type.TNumber;
        count: Type.TNumber;
      }>
    >
  >;
}>;

type Progress = Static<typeof Progress>;

export type Scorer = (given: ScorerArguments) => Promise<ScorerResult>;

export interface ScorerArguments {
  readonly input?: unknown;
  readonly output: unknown;
  readonly expected?: unknown;
}

export interface ScorerResult {
  readonly name: string;
  readonly score: number | null;
  readonly metadata: Record<string, unknown>;
}

const Trajectory: Type.TObject<{
  tool_calls: Type.TInteger;
  tool_errors: Type.TInteger;
  turns: Type.TArray<
    Type.TObject<{
      role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
      text: Type.TString;
    }>
  >;
}>;

type Trajectory = Static<typeof Trajectory>;

interface Verifier {
  readonly name: string;
  readonly description: string;
  readonly parameters: TSchema;
  readonly components: readonly string[];
  readonly metrics: readonly string[];
  readonly verify: (input: VerifierInput) => VerifierOutcome | Promise<VerifierOutcome>;
  readonly gold?: (input: Omit<VerifierInput, 'response'>) => string;
}

interface VerifierInput<Truth = unknown, Parameters = unknown> {
  readonly response: string;
  readonly groundTruth: Truth;
  readonly parameters: Parameters;
  readonly answer?: unknown;
  readonly progress?: Progress | undefined;
  readonly split: 'train' | 'test';
  readonly images: readonly ImageSize[];
  readonly trajectory?: Trajectory | undefined;
}

interface VerifierOutcome {
  readonly accuracy: number;
  readonly format: number;
  readonly components?: Readonly<Record<string, number>>;
  readonly metrics?: Readonly<Record<string, number>>;
}

export function asAssertion(verifier: Verifier, options?: AssertionOptions): Assertion;

export function asScorer(verifier: Verifier, parameters?: unknown): Scorer;

// @vtriune/verifiers/math

interface BinderNode {
  readonly kind: 'binder';
  readonly operator: 'sum' | 'product' | 'integral' | 'limit+' | 'limit-' | 'derivative';
  readonly variable: string;
  readonly body: Node;
  readonly bounds: readonly Node[];
}

interface ChainNode {
  readonly kind: 'chain';
  readonly links: readonly RelationNode[];
}

interface CollectionNode {
  readonly kind: 'tuple' | 'set';
  readonly items: readonly Node[];
}

interface ConstantNode {
  readonly kind: 'constant';
  readonly name: 'pi' | 'e' | 'i' | 'gamma' | 'infinity' | 'undefined';
}

interface FunctionNode {
  readonly kind: 'function';
  readonly name: string;
  readonly known: boolean;
  readonly args: readonly Node[];
}

interface IntervalNode {
  readonly kind: 'interval';
  readonly low: Node;
  readonly high: Node;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

export type Node =
  | NumberNode
  | SymbolNode
  | ConstantNode
  | SumNode
  | PowerNode
  | PercentNode
  | FunctionNode
  | BinderNode
  | MatrixNode
  | CollectionNode
  | IntervalNode
  | SetOperationNode
  | NamedSetNode
  | RelationNode
  | ChainNode
  | StatementNode;

interface MatrixNode {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Node[])[];
}

type NamedSet = 'N' | 'Z' | 'Q' | 'R' | 'C' | 'P' | 'empty';

interface NamedSetNode {
  readonly kind: 'namedSet';
  readonly name: NamedSet;
}

interface NumberNode {
  readonly kind: 'number';
  readonly value: Rational;
  readonly approximate: boolean;
}

interface PercentNode {
  readonly kind: 'percent';
  readonly arg: Node;
}

interface PowerNode {
  readonly kind: 'pow';
  readonly base: Node;
  readonly exponent: Node;
}

export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

interface RelationNode {
  readonly kind: 'relation';
  readonly operator: RelationOperator;
  readonly left: Node;
  readonly right: Node;
}

type RelationOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

interface SetOperationNode {
  readonly kind: 'setOperation';
  readonly operator: SetOperator;
  readonly left: Node;
  readonly right: Node;
}

type SetOperator = 'union' | 'intersection' | 'minus';

interface StatementNode {
  readonly kind: 'statement';
  readonly operator: string;
  readonly args: readonly Node[];
}

interface SumNode {
  readonly kind: 'add' | 'mul';
  readonly args: readonly Node[];
}

interface SymbolNode {
  readonly kind: 'symbol';
  readonly name: string;
}

export function add(left: Node, right: Node): Node;

export function call(name: string, ...args: readonly Node[]): FunctionNode;

export function constant(name: ConstantNode['name']): ConstantNode;

export function equalExpressions(a: Node, b: Node): boolean;

export function multiply(left: Node, right: Node): Node;

export function negate(node: Node): Node;

export function number(value: Rational, approximate?: boolean): NumberNode;

export function power(base: Node, exponent: Node): PowerNode;

export function rational(num: bigint, den?: bigint): Rational | null;

export function symbol(name: string): SymbolNode;

export function whole(value: number | bigint): NumberNode;

// @vtriune/verifiers/testing

export interface FuzzOptions {
  readonly count: number;
  readonly seed?: number;
}

export interface FuzzTarget {
  readonly verifier: Verifier;
  readonly samples: readonly (VerifierSample & {
    readonly response?: string;
  })[];
}

const ImageSize: Type.TObject<{
  width: Type.TNumber;
  height: Type.TNumber;
  resized_width: Type.TOptional<Type.TNumber>;
  resized_height: Type.TOptional<Type.TNumber>;
}>;

type ImageSize = Static<typeof ImageSize>;

const Progress: Type.TObject<{
  step: Type.TNumber;
  total_steps: Type.TNumber;
  recorded: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        passed: Type.TNumber;
        count: Type.TNumber;
      }>
    >
  >;
}>;

type Progress = Static<typeof Progress>;

const Trajectory: Type.TObject<{
  tool_calls: Type.TInteger;
  tool_errors: Type.TInteger;
  turns: Type.TArray<
    Type.TObject<{
      role: Type.TUnion<[Type.TLiteral<'assistant'>, Type.TLiteral<'tool'>]>;
      text: Type.TString;
    }>
  >;
}>;

type Trajectory = Static<typeof Trajectory>;

interface Verifier {
  readonly name: string;
  readonly description: string;
  readonly parameters: TSchema;
  readonly components: readonly string[];
  readonly metrics: readonly string[];
  readonly verify: (input: VerifierInput) => VerifierOutcome | Promise<VerifierOutcome>;
  readonly gold?: (input: Omit<VerifierInput, 'response'>) => string;
}

export interface VerifierCase extends VerifierSample {
  readonly response: string;
  readonly at_most?: number;
}

export interface VerifierExamples {
  readonly accepts: readonly VerifierCase[];
  readonly rejects: readonly VerifierCase[];
  readonly gold?: readonly VerifierSample[];
}

interface VerifierInput<Truth = unknown, Parameters = unknown> {
  readonly response: string;
  readonly groundTruth: Truth;
  readonly parameters: Parameters;
  readonly answer?: unknown;
  readonly progress?: Progress | undefined;
  readonly split: 'train' | 'test';
  readonly images: readonly ImageSize[];
  readonly trajectory?: Trajectory | undefined;
}

interface VerifierOutcome {
  readonly accuracy: number;
  readonly format: number;
  readonly components?: Readonly<Record<string, number>>;
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface VerifierSample {
  readonly ground_truth: unknown;
  readonly verifier_parm?: unknown;
  readonly answer?: unknown;
  readonly progress?: Progress;
  readonly split?: 'train' | 'test';
  readonly images?: readonly ImageSize[];
}

export function fuzzVerifiers(targets: readonly FuzzTarget[], options: FuzzOptions): Promise<void>;

export function testVerifier(verifier: Verifier, examples: VerifierExamples): Promise<void>;
