// @vtriune/trainer

export const ADAPTER_CONFIG = 'adapter_config.json';

interface AdamwOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

export interface Adapter {
  readonly parameters: Map<string, HostTensor>;
  readonly rankStabilized: boolean;
}

export const AdapterSettings: Type.TObject<{
  rank: WithDefault<Type.TInteger>;
  alpha: WithDefault<Type.TNumber>;
  rankStabilized: WithDefault<Type.TBoolean>;
  targets: WithDefault<Type.TArray<Type.TString>>;
  parts: WithDefault<Type.TArray<Type.TEnum<['vit', 'connector', 'llm']>>>;
  seed: WithDefault<Type.TInteger>;
}>;

export type AdapterSettings = Static<typeof AdapterSettings>;

export interface AdvantageContext<Settings = unknown> {
  readonly settings: Settings;
  readonly state?: unknown;
}

export interface AdvantageDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  estimate(groups: readonly ScoredGroup[], context: AdvantageContext<Static<Schema>>): AdvantageOutput;
}

export interface AdvantageEstimator {
  readonly name: string;
  readonly settings: TObject;
  estimate(groups: readonly ScoredGroup[], context: AdvantageContext): AdvantageOutput;
}

export interface AdvantageOptions {
  normalizeByDeviation: boolean;
}

export interface AdvantageOutput {
  readonly groups: readonly GroupAdvantages[];
  readonly state?: unknown;
}

export interface Algorithms {
  readonly objectives: ReadonlyMap<string, Objective>;
  readonly advantages: ReadonlyMap<string, AdvantageEstimator>;
  readonly selectors: ReadonlyMap<string, PromptSelector>;
  readonly tools: ReadonlyMap<string, Tool>;
}

interface BackendAttempt {
  readonly name: BackendName;
  readonly ok: boolean;
  readonly reason?: string;
}

export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm' | 'cpu';

export interface BackendReport {
  readonly name: BackendName;
  readonly tfjsName: string;
  readonly version: string;
  readonly gpu: boolean;
  readonly kernelPack: boolean;
  readonly fusedMultiplyAdd: boolean;
  readonly kernelPackReason?: string;
  readonly attempts: readonly BackendAttempt[];
}

export interface BatchSize {
  readonly tokens: number;
  readonly sequences: number;
}

export interface CandidatePrompt {
  readonly id: string;
  readonly source: string;
  readonly task: string;
}

interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

interface ChatTemplateOptions {
  readonly addGenerationPrompt: boolean;
}

export interface CheckModelOptions {
  readonly weights?: boolean;
}

export interface ClipRange {
  clipLow: number;
  clipHigh: number;
}

interface Collective {
  readonly rank: number;
  readonly size: number;
  allReduceSum(values: Float32Array): void;
  broadcast(values: Float32Array, root?: number): void;
  barrier(): void;
}

type ContentPart =
  | {
      readonly type: 'text';
      readonly text: string;
    }
  | {
      readonly type: 'image';
    };

export interface Continuation {
  tokenIds: readonly number[];
  trainFrom: number;
  learned?: readonly boolean[];
  images?: readonly ImageInput[];
  weights?: readonly number[];
  advantage?: number;
  samplerLogProbs?: readonly number[];
}

export interface ContinuedResponse {
  response: number;
  drawn: number;
  limit: number;
}

export const DEFAULT_PROCESSOR_CONFIG: ProcessorConfig;

interface DecodeOptions {
  readonly skipSpecialTokens?: boolean;
}

export interface DiagnoseOptions {
  readonly root: string;
  readonly environment: Environment;
  readonly python?: string;
  readonly compiler?: string;
}

export interface Draft {
  id: string;
  prompt: PreparedPrompt;
  generation: Generation;
  response: string;
  trajectory?: Trajectory;
}

export interface Engine {
  readonly config: ModelConfig;
  readonly ranks: number;
  encodeImages(images: readonly ImageInput[]): Promise<readonly ImageInput[]>;
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  scoreTargets(rows: readonly PackedRow[], temperature: number): Promise<Float32Array[]>;
  update(request: UpdateRequest): Promise<UpdateReport>;
  snapshot(): Promise<EngineSnapshot>;
  restore(snapshot: EngineSnapshot): Promise<void>;
  close(): Promise<void>;
}

export interface EngineSnapshot {
  parameters: Map<string, HostTensor>;
  moment1: Map<string, Float32Array>;
  moment2: Map<string, Float32Array>;
  optimizerStep: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EvaluateOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  items: readonly TrainingItem[];
  reward: RewardFunction<Outcome>;
  maxNewTokens: number;
  maxPromptTokens?: number;
  responses?: number;
  temperature?: number;
  batchSize?: number;
  seed?: number;
  keys?: readonly number[];
  tools?: ResolvedTrainConfig['tools'];
  plugins?: readonly TrainerPlugin[];
}

export interface Example {
  readonly question: string;
  readonly images?: readonly (string | Uint8Array)[];
  readonly answer: unknown;
  readonly source?: string;
}

export interface FetchModelOptions {
  readonly id: string;
  readonly revision?: string;
  readonly cacheFolder: string;
  readonly token?: string;
  readonly hubUrl?: string;
  readonly weights?: boolean;
  readonly onBytes?: (file: string, done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

export interface FileTensor {
  readonly shape: readonly number[];
  readonly dtype: SafetensorsDtype;
  readonly place: TensorPlace;
  readonly data: Float32Array;
}

export interface Finding {
  readonly what: string;
  readonly state: 'fine' | 'absent' | 'wrong';
  readonly found: string;
  readonly advice?: string;
}

export interface FittedImage {
  readonly image: RgbImage;
  readonly stored: {
    readonly width: number;
    readonly height: number;
  };
}

export interface ForwardInput {
  tokenIds: readonly (readonly number[])[];
  attentionMask?: readonly (readonly number[])[];
  patches?: tf.Tensor2D;
  grids?: readonly GridThw[];
}

export interface Generation {
  tokenIds: number[];
  logProbs: number[];
  truncated: boolean;
  toolTurns?: readonly ToolTurn[];
}

interface GenerationConfig {
  readonly stopTokenIds: readonly number[];
  readonly notes: readonly string[];
}

export interface GenerationOptions extends SamplingOptions {
  groupSize: number;
  maxNewTokens: number;
  stopTokenIds: readonly number[];
  seed: number;
}

export interface GenerationPrompt {
  tokenIds: readonly number[];
  images: readonly ImageInput[];
  key: number;
  continues?: ContinuedResponse;
}

type GridThw = readonly [frames: number, rows: number, columns: number];

type GridThw$1 = readonly [number, number, number];

export interface GroupAdvantages {
  readonly advantages: (number | null)[];
  readonly zeroVariance: boolean;
}

export interface HostTensor {
  shape: readonly number[];
  data: Float32Array;
  dtype?: SafetensorsDtype;
  place?: TensorPlace;
}

export interface ImageInput {
  patches: Float32Array;
  grid: GridThw$1;
  encoded?: Float32Array;
}

export interface ImagePart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface InstallOptions {
  readonly variant: NativeVariant;
  readonly version?: string;
  readonly root: string;
  readonly source: WheelSource;
  readonly cuda?: boolean;
  readonly compiler?: string;
  readonly onProgress?: OnInstallProgress;
  readonly signal?: AbortSignal;
}

export const InstallRecord: Type.TObject<{
  variant: Type.TEnum<['cpu', 'gpu']>;
  version: Type.TString;
  wheel: Type.TObject<{
    filename: Type.TString;
    sha256: Type.TString;
  }>;
  addon: Type.TString;
  cuda: Type.TBoolean;
}>;

export type InstallRecord = Static<typeof InstallRecord>;

export interface LatestCheckpoint<State> {
  readonly checkpoint?: LoadedCheckpoint<State>;
  readonly passedOver: readonly PassedOverCheckpoint[];
}

export interface LearningRateSchedule {
  peak: number;
  warmupSteps: number;
  decay: 'constant' | 'cosine';
  floor: number;
}

export interface LoadedCheckpoint<State> {
  folder: string;
  snapshot: EngineSnapshot;
  state: State;
}

export interface LoadedModel {
  config: ModelConfig;
  parameters: Map<string, HostTensor>;
}

export interface LocalEngineOptions extends Omit<ReplicaOptions, 'collective' | 'objectives'> {
  plugins?: readonly TrainerPlugin[];
}

export interface MemoryPlan {
  readonly parts: readonly PartMemory[];
  readonly parameters: number;
  readonly device: number;
  readonly host: number;
  readonly total: number;
}

export interface MemoryPlanOptions {
  readonly frozen: readonly ModelPart[];
  readonly ranks: number;
  readonly adapter?: Partial<AdapterSettings>;
  readonly optimizer?: 'host' | 'device';
}

export interface Model {
  config: ModelConfig;
  weights: Weights;
  recomputed?: ReadonlySet<string>;
}

export interface ModelConfig {
  text: TextConfig;
  vision: VisionConfig;
  imageTokenId: number;
  visionStartTokenId: number;
  source: Readonly<Record<string, unknown>>;
}

export type ModelPart = 'vit' | 'connector' | 'llm';

export interface ModelReport {
  readonly config: ModelConfig;
  readonly parameters: Readonly<Record<ModelPart, number>>;
  readonly notes: readonly string[];
}

interface NamedSettings {
  readonly name: string;
  readonly [setting: string]: unknown;
}

export type NativeCheck =
  | {
      readonly ok: true;
      readonly tensorflow: string;
      readonly gpu: boolean;
      readonly seconds: number;
      readonly opened: readonly string[];
    }
  | {
      readonly ok: false;
      readonly reason: string;
    };

export interface NativeEnvironmentOptions {
  readonly environment: Environment;
  readonly ranks: number;
  readonly cores: number;
}

export interface NativeInstall extends InstallRecord {
  readonly folder: string;
}

export type NativeVariant = 'cpu' | 'gpu';

export interface Objective {
  readonly name: string;
  readonly settings: TObject;
  readonly statistics: readonly string[];
  usesReference?(settings: unknown): boolean;
  parameters?(settings: unknown, config: ModelConfig): ReadonlyMap<string, HostTensor>;
  loss(targets: ObjectiveTargets, context: ObjectiveContext): ObjectiveOutput;
  visionLoss?(vision: tf.Tensor2D, context: ObjectiveContext): tf.Tensor;
}

export interface ObjectiveContext<Settings = unknown> {
  readonly settings: Settings;
  readonly normalizer: BatchSize;
  readonly rows: readonly PackedRow[];
  parameter(name: string): tf.Tensor;
  own(name: string): tf.Tensor;
}

export interface ObjectiveDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  readonly statistics: readonly string[];
  usesReference?(settings: Static<Schema>): boolean;
  parameters?(settings: Static<Schema>, config: ModelConfig): ReadonlyMap<string, HostTensor>;
  loss(targets: ObjectiveTargets, context: ObjectiveContext<Static<Schema>>): ObjectiveOutput;
  visionLoss?(vision: tf.Tensor2D, context: ObjectiveContext<Static<Schema>>): tf.Tensor;
}

export interface ObjectiveOutput {
  readonly loss: tf.Tensor;
  readonly statistics: Readonly<Record<string, number>>;
}

export interface ObjectiveSettings {
  name: string;
  [setting: string]: unknown;
}

export interface ObjectiveTargets {
  readonly logProbs: tf.Tensor1D;
  readonly entropy: tf.Tensor1D;
  readonly values: Float32Array;
  readonly weights: Float32Array;
  readonly advantages: Float32Array;
  readonly oldLogProbs: Float32Array;
  readonly samplerLogProbs: Float32Array;
  readonly referenceLogProbs?: Float32Array;
  readonly sequences: Int32Array;
}

export type OnInstallProgress = (what: string, done?: number, total?: number) => void;

export interface OpenEngineOptions extends Partial<
  Pick<LocalEngineOptions, 'frozen' | 'gradientCheckpointing' | 'optimizer' | 'objective' | 'plugins'>
> {
  adapter?: Partial<AdapterSettings>;
  tokensPerMicroBatch?: number;
  maxPixels?: number;
  backend?: readonly BackendName[];
}

export interface OpenedEngine {
  engine: Engine;
  processor: Processor;
  backend: BackendReport;
}

export type OptimizerPlace = 'auto' | 'host';

export interface PackedRow {
  tokenIds: number[];
  temporal: number[];
  height: number[];
  width: number[];
  segments: number[];
  targets: Target[];
  sequences: number;
  images: readonly ImageInput[];
  extras?: unknown;
}

export interface ParallelEngineOptions extends Omit<ReplicaOptions, 'collective' | 'objectives'> {
  ranks: number;
  backend?: readonly BackendName[];
  plugins?: readonly string[];
  workerUrl?: URL;
}

export interface PartMemory {
  readonly part: ModelPart | 'adapter';
  readonly parameters: number;
  readonly trained: boolean;
  readonly stored: number;
  readonly device: number;
  readonly host: number;
}

export interface PassedOverCheckpoint {
  readonly folder: string;
  readonly reason: string;
}

export type PolicyTargets = Pick<ObjectiveTargets, 'oldLogProbs' | 'advantages' | 'weights'>;

export interface PreparedPrompt {
  sample: Sample;
  tokenIds: readonly number[];
  images: readonly ImageInput[];
  imageSizes: readonly ProcessedSize[];
  pictures: readonly RgbImage[];
}

interface ProcessedPrompt {
  readonly tokenIds: number[];
  readonly patches: Float32Array;
  readonly grids: readonly GridThw[];
  readonly imageSizes: readonly ProcessedSize[];
}

interface ProcessedSize {
  readonly width: number;
  readonly height: number;
  readonly resizedWidth: number;
  readonly resizedHeight: number;
}

export interface Processor {
  readonly tokenizer: Tokenizer;
  readonly config: ProcessorConfig;
  readonly generation: GenerationConfig;
  process(input: ProcessorInput): ProcessedPrompt;
}

export interface ProcessorConfig {
  readonly patchSize: number;
  readonly temporalPatchSize: number;
  readonly mergeSize: number;
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly doResize: boolean;
  readonly doRescale: boolean;
  readonly doNormalize: boolean;
  readonly rescaleFactor: number;
  readonly imageMean: readonly number[];
  readonly imageStd: readonly number[];
}

interface ProcessorInput {
  readonly messages: readonly ChatMessage[];
  readonly images: readonly RgbImage[];
  readonly addGenerationPrompt: boolean;
}

export interface PromptSelector {
  readonly name: string;
  readonly settings: TObject;
  poolFactor(settings: unknown): number;
  choose(candidates: readonly CandidatePrompt[], count: number, context: SelectionContext): readonly number[];
  observe(prompts: readonly SampledPrompt[], context: Omit<SelectionContext, 'random'>): unknown;
}

interface ReplicaOptions {
  config: ModelConfig;
  parameters: ReadonlyMap<string, HostTensor>;
  frozen: readonly ModelPart[];
  paddingTokenId: number;
  tokensPerMicroBatch: number;
  gradientCheckpointing?: boolean;
  optimizer?: OptimizerPlace | undefined;
  collective: Collective;
  objective?: ObjectiveSettings;
  objectives: ReadonlyMap<string, Objective>;
}

export type ResolvedTrainConfig = Static<typeof TrainConfig>;

export type RewardFunction<Outcome extends RewardOutcome = RewardOutcome> = (
  rollouts: readonly RolloutToScore[],
) => Promise<readonly Outcome[]>;

export type RewardOutcome =
  | {
      status: 'scored';
      reward: number;
      components?: Readonly<Record<string, number>>;
    }
  | {
      status: 'failed';
      error: {
        code: string;
        message: string;
      };
    };

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly fitted?: true;
}

export interface Rollout<Outcome extends RewardOutcome = RewardOutcome> extends Draft {
  outcome: Outcome;
  advantage: number | null;
}

export interface RolloutCapabilities {
  readonly weights: readonly WeightKind[];
  readonly survives: readonly WeightKind[];
  readonly seeded: boolean;
  readonly sleep: boolean;
  readonly tools: boolean;
}

export interface RolloutEngine {
  readonly name: string;
  readonly capabilities: RolloutCapabilities;
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  update(weights: RolloutWeights): Promise<void>;
  sleep(): Promise<void>;
  wake(): Promise<void>;
}

export interface RolloutGroup<Outcome extends RewardOutcome = RewardOutcome> {
  prompt: PreparedPrompt;
  rollouts: Rollout<Outcome>[];
  zeroVariance: boolean;
}

export interface RolloutServer {
  readonly url: string;
  readonly token?: string;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  readonly retries?: number;
  readonly retryDelayMs?: number;
}

export interface RolloutToScore {
  id: string;
  sample: Sample;
  response: string;
  split: 'train' | 'test';
  progress: {
    step: number;
    totalSteps: number;
  };
  imageSizes: readonly ProcessedSize[];
  trajectory?: Trajectory;
}

export interface RolloutWeights {
  readonly kind: WeightKind;
  readonly folder: string;
  readonly version: string;
}

type RopeScaling =
  | {
      readonly kind: 'none';
    }
  | {
      readonly kind: 'linear';
      readonly factor: number;
    }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly attentionFactor: number;
      readonly truncate: boolean;
    };

export const SPECIAL_TOKENS: {
  readonly endOfText: '<|endoftext|>';
  readonly imStart: '<|im_start|>';
  readonly imEnd: '<|im_end|>';
  readonly visionStart: '<|vision_start|>';
  readonly visionEnd: '<|vision_end|>';
  readonly imagePad: '<|image_pad|>';
  readonly videoPad: '<|video_pad|>';
};

type SafetensorsDtype = 'F32' | 'BF16' | 'F16';

export interface SampleElsewhereOptions {
  readonly rollouts: RolloutEngine;
  readonly folder: string;
  readonly modelFolder: string;
  readonly name: string;
  readonly sleepBetween?: boolean;
}

export interface SampleSource {
  at(index: number): Promise<TrainingItem>;
}

export interface SampledPrompt extends ScoredGroup {
  readonly id: string;
}

interface SamplingOptions {
  temperature: number;
  topP: number;
  topK: number;
}

export interface SaveCheckpointOptions {
  folder: string;
  step: number;
  snapshot: EngineSnapshot;
  state: unknown;
  modelFolder: string;
  keep?: number;
}

export interface ScoredGroup {
  readonly source: string;
  readonly task: string;
  readonly rollouts: readonly ScoredRollout[];
}

export interface ScoredRollout {
  readonly reward: number | null;
  readonly components?: Readonly<Record<string, number>>;
}

export interface SelectBackendOptions {
  readonly prefer?: readonly BackendName[];
  readonly width?: number;
  readonly kernelPack?: boolean;
}

export interface SelectionContext<Settings = unknown> {
  readonly settings: Settings;
  readonly state?: unknown;
  random(index: number): number;
}

export interface SelectionDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  poolFactor(settings: Static<Schema>): number;
  choose(candidates: readonly CandidatePrompt[], count: number, context: SelectionContext<Static<Schema>>): readonly number[];
  observe(prompts: readonly SampledPrompt[], context: Omit<SelectionContext<Static<Schema>>, 'random'>): unknown;
}

export interface SglangOptions extends RolloutServer {
  readonly processor: Processor;
}

interface SmartResizeOptions {
  readonly height: number;
  readonly width: number;
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

interface SpecialIds {
  readonly imStart: number;
  readonly imEnd: number;
  readonly imagePad: number;
  readonly visionStart: number;
  readonly visionEnd: number;
  readonly endOfText: number;
}

export interface StepReport<Outcome extends RewardOutcome = RewardOutcome> {
  state: TrainState;
  totalSteps: number;
  groups: RolloutGroup<Outcome>[];
  rollouts: Rollout<Outcome>[];
  updates: UpdateReport[];
  learningRate: number;
  staleness: number;
  seconds: {
    data: number;
    rollout: number;
    reward: number;
    update: number;
  };
}

interface StoredTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: number[];
  readonly data: Float32Array;
}

export interface SuperviseOptions {
  engine: Engine;
  steps: number;
  batchAt(step: number): readonly PackedRow[] | Promise<readonly PackedRow[]>;
  objective?: ObjectiveSettings;
  schedule: LearningRateSchedule;
  weightDecay: number;
  start?: number;
}

export interface SuperviseReport extends UpdateReport {
  step: number;
  learningRate: number;
  seconds: number;
}

export const TENSORFLOW_VERSION = '2.21.0';

export interface Target {
  at: number;
  tokenId: number;
  weight: number;
  advantage: number;
  oldLogProb?: number;
  samplerLogProb?: number;
  sequence: number;
}

export interface TensorPlace {
  readonly path: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: SafetensorsDtype;
  readonly begin: number;
  readonly end: number;
}

interface TensorToWrite {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly dtype?: SafetensorsDtype;
}

export interface TextConfig {
  vocabularySize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  keyHeads: number;
  headSize: number;
  rmsNormEpsilon: number;
  ropeTheta: number;
  ropeScaling: RopeScaling;
  maxPositions?: number;
  mropeSection: readonly [number, number, number];
  tieWordEmbeddings: boolean;
}

export interface Tokenizer {
  readonly vocabularySize: number;
  readonly specialIds: SpecialIds;
  encode(text: string): number[];
  decode(ids: readonly number[], options?: DecodeOptions): string;
  tokenId(token: string): number;
  applyChatTemplate(messages: readonly ChatMessage[], options: ChatTemplateOptions): string;
}

interface TokenizerFolderOptions {
  readonly chatTemplate?: string;
  readonly maxLength: number;
}

const TokenizerJson: Type.TObject<{
  version: Type.TOptional<Type.TString>;
  added_tokens: Type.TArray<
    Type.TObject<{
      id: Type.TInteger;
      content: Type.TString;
      single_word: Type.TOptional<Type.TBoolean>;
      lstrip: Type.TOptional<Type.TBoolean>;
      rstrip: Type.TOptional<Type.TBoolean>;
      normalized: Type.TOptional<Type.TBoolean>;
      special: Type.TOptional<Type.TBoolean>;
    }>
  >;
  normalizer: Type.TUnknown;
  pre_tokenizer: Type.TUnknown;
  post_processor: Type.TUnknown;
  decoder: Type.TObject<{
    type: Type.TLiteral<'ByteLevel'>;
  }>;
  model: Type.TObject<{
    type: Type.TLiteral<'BPE'>;
    vocab: Type.TRecord<'^.*$', Type.TInteger>;
    merges: Type.TArray<Type.TUnion<[Type.TString, Type.TArray<Type.TString>]>>;
  }>;
}>;

type TokenizerJson = Static<typeof TokenizerJson>;

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly settings: TObject;
  readonly parameters: TObject;
  run(call: unknown, context: ToolContext): ToolResult | Promise<ToolResult>;
}

export interface ToolContext<Settings = unknown> {
  readonly settings: Settings;
  readonly sample: Sample;
  readonly images: readonly ToolImage[];
  readonly imageFactor: number;
}

export interface ToolDefinition<Settings extends TObject, Parameters extends TObject> {
  readonly name: string;
  readonly description: string;
  readonly settings: Settings;
  readonly parameters: Parameters;
  run(call: Static<Parameters>, context: ToolContext<Static<Settings>>): ToolResult | Promise<ToolResult>;
}

export interface ToolImage {
  readonly image: RgbImage;
  readonly resizedWidth: number;
  readonly resizedHeight: number;
}

export type ToolPart =
  | {
      readonly type: 'text';
      readonly text: string;
    }
  | {
      readonly type: 'image';
      readonly image: RgbImage;
    };

export type ToolResult =
  | {
      readonly content: readonly ToolPart[];
    }
  | {
      readonly error: string;
    };

export interface ToolTurn {
  readonly after: number;
  readonly tokenIds: readonly number[];
  readonly images: readonly ImageInput[];
  readonly pictures: readonly RgbImage[];
  readonly text: string;
  readonly calls: number;
  readonly errors: number;
}

export interface Toolbox {
  describe(messages: Sample['prompt']): Sample['prompt'];
  answer(text: string, context: Omit<ToolContext, 'settings'>): Promise<ToolResult[]>;
}

interface TrainBpeOptions {
  readonly corpus: Iterable<string>;
  readonly vocabularySize: number;
  readonly splitPattern?: string;
  readonly specialTokens?: readonly string[];
  readonly addedTokens?: readonly string[];
}

export const TrainConfig: Type.TObject<{
  steps: Type.TInteger;
  promptsPerStep: WithDefault<Type.TInteger>;
  groupSize: WithDefault<Type.TInteger>;
  updatesPerStep: WithDefault<Type.TInteger>;
  maxNewTokens: WithDefault<Type.TInteger>;
  maxPromptTokens: WithDefault<Type.TInteger>;
  tools: WithDefault<
    Type.TObject<{
      use: WithDefault<
        Type.TArray<
          Type.TObject<{
            name: Type.TString;
          }>
        >
      >;
      maxTurns: WithDefault<Type.TInteger>;
      maxTokens: WithDefault<Type.TInteger>;
      describe: WithDefault<Type.TBoolean>;
    }>
  >;
  temperature: WithDefault<Type.TNumber>;
  topP: WithDefault<Type.TNumber>;
  topK: WithDefault<Type.TInteger>;
  objective: WithDefault<
    Type.TObject<{
      name: WithDefault<Type.TString>;
    }>
  >;
  selection: WithDefault<
    Type.TObject<{
      name: WithDefault<Type.TString>;
    }>
  >;
  samplingRounds: WithDefault<Type.TInteger>;
  staleness: WithDefault<Type.TInteger>;
  overlongBuffer: WithDefault<Type.TInteger>;
  overlongPenalty: WithDefault<Type.TNumber>;
  advantage: WithDefault<
    Type.TObject<{
      name: WithDefault<Type.TString>;
    }>
  >;
  learningRate: WithDefault<Type.TNumber>;
  learningRateDecay: WithDefault<Type.TEnum<['constant', 'cosine']>>;
  learningRateFloor: WithDefault<Type.TNumber>;
  warmupSteps: WithDefault<Type.TInteger>;
  beta1: WithDefault<Type.TNumber>;
  beta2: WithDefault<Type.TNumber>;
  weightDecay: WithDefault<Type.TNumber>;
  gradientClip: WithDefault<Type.TNumber>;
  freeze: WithDefault<Type.TArray<Type.TEnum<['vit', 'connector', 'llm']>>>;
  failureLimit: WithDefault<Type.TNumber>;
  seed: WithDefault<Type.TInteger>;
}>;

export type TrainConfig = SettingsInput<typeof TrainConfig>;

export interface TrainOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  samples: SampleSource;
  reward: RewardFunction<Outcome>;
  config: ResolvedTrainConfig;
  state?: TrainState;
  plugins?: readonly TrainerPlugin[];
}

export interface TrainState {
  step: number;
  samplePosition: number;
  advantage?: unknown;
  selection?: unknown;
  sampled?: readonly (readonly Generation[])[];
}

export class TrainerError extends Error {
  readonly code: TrainerErrorCode;
  constructor(code: TrainerErrorCode, message: string, options?: ErrorOptions);
}

export type TrainerErrorCode =
  | 'backend_unavailable'
  | 'backend_install'
  | 'download_failed'
  | 'kernel_pack'
  | 'invalid_safetensors'
  | 'invalid_checkpoint'
  | 'unusable_path'
  | 'invalid_tokenizer'
  | 'invalid_image'
  | 'invalid_config'
  | 'invalid_batch'
  | 'out_of_memory'
  | 'rank_failed'
  | 'reward_failures'
  | 'invalid_plugin'
  | 'tool_failed'
  | 'rollout_failed'
  | 'not_finite';

export interface TrainerPlugin {
  readonly meta: {
    readonly name: string;
    readonly version: string;
  };
  readonly objectives?: readonly Objective[];
  readonly advantages?: readonly AdvantageEstimator[];
  readonly selectors?: readonly PromptSelector[];
  readonly tools?: readonly Tool[];
}

export interface TrainingItem {
  sample: Sample;
  images: readonly RgbImage[];
}

export interface Trajectory {
  turns: readonly TrajectoryTurn[];
  toolCalls: number;
  toolErrors: number;
}

export interface TrajectoryTurn {
  role: 'assistant' | 'tool';
  text: string;
  images: readonly RgbImage[];
}

export interface UpdateReport {
  loss: number;
  gradientNorm: number;
  entropy: number;
  gradientNorms: Partial<Record<ModelPart, number>>;
  statistics: Record<string, number>;
  tokens: number;
}

export interface UpdateRequest {
  rows: readonly PackedRow[];
  objective: ObjectiveSettings;
  temperature: number;
  normalizer: BatchSize;
  learningRate: number;
  gradientClip: number;
  adamw: AdamwOptions;
}

interface VisionConfig {
  readonly depth: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly inChannels: number;
  readonly patchSize: number;
  readonly spatialMergeSize: number;
  readonly temporalPatchSize: number;
  readonly windowSize: number;
  readonly outHiddenSize: number;
  readonly fullAttentionBlockIndexes: readonly number[];
  readonly ropeTheta: number;
}

export interface VllmOptions extends RolloutServer {
  readonly processor: Processor;
  readonly model?: string;
}

export type WeightKind = 'model' | 'adapter';

export type Weights = ReadonlyMap<string, tf.Tensor>;

export interface WheelSource {
  readonly python?: string;
  readonly indexUrl: string;
}

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

interface WriteSafetensorsOptions {
  readonly dtype: SafetensorsDtype;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function algorithms(plugins?: readonly TrainerPlugin[]): Algorithms;

export function checkImageSize({ height, width }: Pick<SmartResizeOptions, 'height' | 'width'>): void;

export function checkModel(folder: string, { weights }?: CheckModelOptions): Promise<ModelReport>;

export function checkNative(variant: NativeVariant): Promise<NativeCheck>;

export function countParameters(config: ModelConfig): Record<ModelPart, number>;

export function counterRandom(...counters: readonly number[]): number;

export function createAdapter(config: ModelConfig, given?: Partial<AdapterSettings>): Adapter;

export function createLocalEngine(options: LocalEngineOptions): Engine;

export function createParallelEngine(options: ParallelEngineOptions): Promise<Engine>;

export function createToolbox(named: readonly NamedSettings[], plugins?: readonly TrainerPlugin[]): Toolbox;

export function cropImage(image: RgbImage, { left, top, width, height }: ImagePart): RgbImage;

export function decodeImage(pathOrBytes: string | Uint8Array): Promise<RgbImage>;

export function defaultNativeRoot({
  environment,
  home,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  home: string;
}): string;

export function defineAdvantage<Schema extends TObject>(definition: AdvantageDefinition<Schema>): AdvantageEstimator;

export function defineObjective<Schema extends TObject>(definition: ObjectiveDefinition<Schema>): Objective;

export function defineSelection<Schema extends TObject>(definition: SelectionDefinition<Schema>): PromptSelector;

export function defineTool<Settings extends TObject, Parameters extends TObject>(definition: ToolDefinition<Settings, Parameters>): Tool;

export function diagnoseNative(options: DiagnoseOptions): Promise<Finding[]>;

export function evaluate<Outcome extends RewardOutcome>(options: EvaluateOptions<Outcome>): Promise<Rollout<Outcome>[]>;

export function exampleSource(examples: readonly Example[]): SampleSource;

export function fetchModel(options: FetchModelOptions): Promise<string>;

export function forwardLogits(model: Model, input: ForwardInput): tf.Tensor3D;

export function groupAdvantages(rewards: readonly (number | null)[], options: AdvantageOptions): GroupAdvantages;

export function importTrainerPlugins(urls: readonly string[]): Promise<TrainerPlugin[]>;

export function initialize(config: ModelConfig, seed: number): Map<string, HostTensor>;

export function installNative(options: InstallOptions): Promise<NativeInstall>;

export function latestCheckpoint(folder: string): Promise<string | undefined>;

export function learningRateAt(schedule: LearningRateSchedule, step: number, totalSteps: number): number;

export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor2D;

export function listInstalls(root: string): Promise<NativeInstall[]>;

export function loadAdaptedModel(folder: string, adapter?: string): Promise<LoadedModel>;

export function loadCheckpoint<State>(folder: string, parseState: (value: unknown) => State): Promise<LoadedCheckpoint<State>>;

export function loadConfig(folder: string): Promise<ModelConfig>;

export function loadLatestCheckpoint<State>(folder: string, parseState: (value: unknown) => State): Promise<LatestCheckpoint<State>>;

export function loadModel(folder: string): Promise<LoadedModel>;

export function loadProcessor(folder: string): Promise<Processor>;

export function loadTokenizer(folder: string): Promise<Tokenizer>;

export function localRollouts(engine: Pick<Engine, 'generate'>): RolloutEngine;

export function mergeAdapter(parameters: ReadonlyMap<string, HostTensor>): Map<string, HostTensor>;

export function modelFolderOf(folder: string): Promise<string>;

export function nativeEnvironment({ environment, ranks, cores }: NativeEnvironmentOptions): Record<string, string>;

export function nextTokenLoss(logProbs: tf.Tensor1D, weights: Float32Array, normalizer: number): tf.Scalar;

export function openCheckpoint(folder: string): Promise<Map<string, FileTensor>>;

export function openEngine(folder: string, options?: OpenEngineOptions): Promise<OpenedEngine>;

export function packRow(
  prefix: {
    tokenIds: readonly number[];
    images: readonly ImageInput[];
  },
  continuations: readonly Continuation[],
  config: ModelConfig,
): PackedRow;

export function parseConfig(value: unknown): ModelConfig;

export function parseHubName(name: string):
  | {
      id: string;
      revision?: string;
    }
  | undefined;

export function partOf(name: string): ModelPart;

export function pipIndexUrl({ environment, home }: { environment: Environment; home: string }): Promise<string>;

export function planMemory(config: ModelConfig, { frozen, ranks, adapter, optimizer }: MemoryPlanOptions): MemoryPlan;

export function policyLoss(
  logProbs: tf.Tensor1D,
  targets: PolicyTargets,
  options: ClipRange & {
    normalizer: number;
  },
): tf.Scalar;

export function preparePrompt(processor: Processor, item: TrainingItem, maxTokens?: number): PreparedPrompt;

export function readAdapter(folder: string, config: ModelConfig): Promise<Adapter>;

export function readCheckpoint(folder: string): Promise<Map<string, StoredTensor>>;

export function readImage(pathOrBytes: string | Uint8Array, config: ProcessorConfig): Promise<FittedImage>;

export function readSafetensors(path: string): Promise<Map<string, StoredTensor>>;

export function resolveTrainConfig(
  config: unknown,
  options?: {
    plugins?: readonly TrainerPlugin[];
  },
): ResolvedTrainConfig;

export function rewardEach(score: (rollout: RolloutToScore) => number | Promise<number>): RewardFunction;

export function sampleElsewhere(engine: Engine, options: SampleElsewhereOptions): Engine;

export function saveCheckpoint(options: SaveCheckpointOptions): Promise<string>;

export const schemas: Readonly<Record<string, JsonSchema>>;

export function selectBackend(options?: SelectBackendOptions): Promise<BackendReport>;

export function sglangRollouts(options: SglangOptions): RolloutEngine;

export function stopTokens({ tokenizer, generation }: Processor): number[];

export function supervise(options: SuperviseOptions): AsyncGenerator<SuperviseReport, void, undefined>;

export function toolTurn(processor: Processor, answers: readonly ToolResult[], after: number): ToolTurn;

export function train<Outcome extends RewardOutcome>(options: TrainOptions<Outcome>): AsyncGenerator<StepReport<Outcome>, void, undefined>;

export function trainByteLevelBpe(options: TrainBpeOptions): TokenizerJson;

export const trainSettings: Settings<typeof TrainConfig>;

export function uninstallNative(options: { root: string; variant?: NativeVariant }): Promise<NativeInstall[]>;

export function vllmRollouts(options: VllmOptions): RolloutEngine;

export function weightShapes(config: ModelConfig): Map<string, readonly number[]>;

export function withMaxPixels(processor: Processor, maxPixels: number | undefined): Processor;

export function writeAdapter(
  folder: string,
  {
    parameters,
    rankStabilized,
  }: {
    parameters: ReadonlyMap<string, HostTensor>;
    rankStabilized: boolean;
  },
  base: string,
): Promise<void>;

export function writeModelFolder(folder: string, modelFolder: string, snapshot: EngineSnapshot): Promise<void>;

export function writeProcessorConfig(folder: string, config: ProcessorConfig): Promise<void>;

export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  options: WriteSafetensorsOptions,
): Promise<void>;

export function writeTokenizerFolder(folder: string, tokenizerJson: TokenizerJson, options: TokenizerFolderOptions): Promise<void>;

// @vtriune/trainer/testing

interface AdamwOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

interface BatchSize {
  readonly tokens: number;
  readonly sequences: number;
}

interface ContinuedResponse {
  response: number;
  drawn: number;
  limit: number;
}

interface Engine {
  readonly config: ModelConfig;
  readonly ranks: number;
  encodeImages(images: readonly ImageInput[]): Promise<readonly ImageInput[]>;
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  scoreTargets(rows: readonly PackedRow[], temperature: number): Promise<Float32Array[]>;
  update(request: UpdateRequest): Promise<UpdateReport>;
  snapshot(): Promise<EngineSnapshot>;
  restore(snapshot: EngineSnapshot): Promise<void>;
  close(): Promise<void>;
}

interface EngineSnapshot {
  parameters: Map<string, HostTensor>;
  moment1: Map<string, Float32Array>;
  moment2: Map<string, Float32Array>;
  optimizerStep: number;
}

interface Generation {
  tokenIds: number[];
  logProbs: number[];
  truncated: boolean;
  toolTurns?: readonly ToolTurn[];
}

interface GenerationOptions extends SamplingOptions {
  groupSize: number;
  maxNewTokens: number;
  stopTokenIds: readonly number[];
  seed: number;
}

interface GenerationPrompt {
  tokenIds: readonly number[];
  images: readonly ImageInput[];
  key: number;
  continues?: ContinuedResponse;
}

type GridThw$1 = readonly [number, number, number];

interface HostTensor {
  shape: readonly number[];
  data: Float32Array;
  dtype?: SafetensorsDtype;
  place?: TensorPlace;
}

interface ImageInput {
  patches: Float32Array;
  grid: GridThw$1;
  encoded?: Float32Array;
}

interface ModelConfig {
  text: TextConfig;
  vision: VisionConfig;
  imageTokenId: number;
  visionStartTokenId: number;
  source: Readonly<Record<string, unknown>>;
}

type ModelPart = 'vit' | 'connector' | 'llm';

interface ObjectiveSettings {
  name: string;
  [setting: string]: unknown;
}

interface PackedRow {
  tokenIds: number[];
  temporal: number[];
  height: number[];
  width: number[];
  segments: number[];
  targets: Target[];
  sequences: number;
  images: readonly ImageInput[];
  extras?: unknown;
}

interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly fitted?: true;
}

interface RolloutCapabilities {
  readonly weights: readonly WeightKind[];
  readonly survives: readonly WeightKind[];
  readonly seeded: boolean;
  readonly sleep: boolean;
  readonly tools: boolean;
}

export interface RolloutCheckOptions {
  readonly rollouts: RolloutEngine;
  readonly trainer: Engine;
  readonly prompts: readonly GenerationPrompt[];
  readonly stopTokenIds: readonly number[];
  readonly continued?: readonly GenerationPrompt[];
  readonly updates?: readonly {
    readonly weights: RolloutWeights;
    readonly trainer: Engine;
  }[];
  readonly tolerance?: number;
}

interface RolloutEngine {
  readonly name: string;
  readonly capabilities: RolloutCapabilities;
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  update(weights: RolloutWeights): Promise<void>;
  sleep(): Promise<void>;
  wake(): Promise<void>;
}

export interface RolloutServerOptions {
  readonly protocol: 'vllm' | 'sglang';
  readonly modelFolder: string;
  readonly isOld?: boolean;
}

interface RolloutWeights {
  readonly kind: WeightKind;
  readonly folder: string;
  readonly version: string;
}

type RopeScaling =
  | {
      readonly kind: 'none';
    }
  | {
      readonly kind: 'linear';
      readonly factor: number;
    }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly attentionFactor: number;
      readonly truncate: boolean;
    };

type SafetensorsDtype = 'F32' | 'BF16' | 'F16';

interface SamplingOptions {
  temperature: number;
  topP: number;
  topK: number;
}

interface Target {
  at: number;
  tokenId: number;
  weight: number;
  advantage: number;
  oldLogProb?: number;
  samplerLogProb?: number;
  sequence: number;
}

interface TensorPlace {
  readonly path: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: SafetensorsDtype;
  readonly begin: number;
  readonly end: number;
}

export interface TestRolloutServer {
  readonly url: string;
  readonly calls: readonly string[];
  restart(): Promise<void>;
  close(): Promise<void>;
}

interface TextConfig {
  vocabularySize: number;
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  keyHeads: number;
  headSize: number;
  rmsNormEpsilon: number;
  ropeTheta: number;
  ropeScaling: RopeScaling;
  maxPositions?: number;
  mropeSection: readonly [number, number, number];
  tieWordEmbeddings: boolean;
}

interface ToolTurn {
  readonly after: number;
  readonly tokenIds: readonly number[];
  readonly images: readonly ImageInput[];
  readonly pictures: readonly RgbImage[];
  readonly text: string;
  readonly calls: number;
  readonly errors: number;
}

interface UpdateReport {
  loss: number;
  gradientNorm: number;
  entropy: number;
  gradientNorms: Partial<Record<ModelPart, number>>;
  statistics: Record<string, number>;
  tokens: number;
}

interface UpdateRequest {
  rows: readonly PackedRow[];
  objective: ObjectiveSettings;
  temperature: number;
  normalizer: BatchSize;
  learningRate: number;
  gradientClip: number;
  adamw: AdamwOptions;
}

interface VisionConfig {
  readonly depth: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly inChannels: number;
  readonly patchSize: number;
  readonly spatialMergeSize: number;
  readonly temporalPatchSize: number;
  readonly windowSize: number;
  readonly outHiddenSize: number;
  readonly fullAttentionBlockIndexes: readonly number[];
  readonly ropeTheta: number;
}

type WeightKind = 'model' | 'adapter';

export function checkRolloutEngine(options: RolloutCheckOptions): Promise<string[]>;

export function samplerGap(
  trainer: Engine,
  given: {
    readonly prompts: readonly GenerationPrompt[];
    readonly groups: readonly (readonly Generation[])[];
    readonly temperature: number;
  },
): Promise<number>;

export function startRolloutServer({ protocol, modelFolder, isOld }: RolloutServerOptions): Promise<TestRolloutServer>;
