// @vtriune/format

export const ASKED_POOL: Readonly<Record<AskedPlace, readonly string[]>>;

export type AskedPlace = 'boxes' | 'boxed' | 'answer_tag' | 'last_line';

interface ConvertContext {
  readonly location: string;
  readonly index: number;
  readonly source?: string | undefined;
  readonly split?: string | undefined;
  readonly verifier?: string | undefined;
}

interface Converter {
  readonly name: string;
  readonly rowFormat: string;
  readonly rows?: (document: unknown, location: string) => Iterable<DataRow>;
  readonly convert: (row: DataRow, context: ConvertContext) => Sample[];
}

export const CoordinateSpace: Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>;

export type CoordinateSpace = Static<typeof CoordinateSpace>;

export interface DataRecord {
  readonly location: string;
  sample(): Sample;
  value(): unknown;
  readonly done: number;
}

type DataRow = Readonly<Record<string, unknown>>;

export interface Draw<T> {
  readonly source: string;
  readonly item: T;
}

export const Envelope: Type.TObject<{
  id: Type.TOptional<Type.TString>;
  data_source: Type.TString;
  verifier: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  ground_truth: Type.TUnknown;
  answer: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
  split: Type.TOptional<Type.TString>;
}>;

export type Envelope = Static<typeof Envelope>;

export const ExtraInfo: Type.TUnsafe<{
  [key: string]: unknown;
  id: string;
  image_path?: string | string[];
  split?: string;
}>;

export type ExtraInfo = Static<typeof ExtraInfo>;

export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly location: string | undefined;
  readonly pointer: string | undefined;
  constructor(code: FormatErrorCode, message: string, details?: FormatErrorDetails);
}

export type FormatErrorCode =
  | 'invalid_json'
  | 'invalid_sample'
  | 'unknown_key'
  | 'image_mismatch'
  | 'missing_verifier'
  | 'invalid_envelope'
  | 'invalid_argument'
  | 'incompatible_columns'
  | 'unreadable_file';

export interface FormatErrorDetails {
  readonly location?: string | undefined;
  readonly pointer?: string | undefined;
  readonly cause?: unknown;
}

export const IMAGE_MARK = '<image>';

export interface Mix<T> {
  readonly position: number;
  next(): Draw<T>;
  at(position: number): Draw<T>;
  seek(position: number): void;
}

export interface MixPlan {
  readonly counts: Readonly<Record<string, number>>;
  readonly items: () => Generator<{
    readonly source: string;
    readonly index: number;
  }>;
}

export interface MixRules {
  readonly caps?: Readonly<Record<string, number>>;
  readonly repeats?: Readonly<Record<string, number>>;
  readonly temperature?: number;
  readonly total?: number;
  readonly seed: number;
}

export const PERCEPTION_POOL: PromptPool;

export interface ParseSampleOptions {
  readonly location?: string;
  readonly defaultId?: string;
}

export interface PlacedDataRow {
  readonly row: DataRow;
  readonly location: string;
}

export type PromptKind = 'reasoning' | 'perception' | 'asked';

export const PromptMessage: Type.TObject<{
  role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
  content: Type.TString;
}>;

export type PromptMessage = Static<typeof PromptMessage>;

export interface PromptPool {
  readonly think: readonly string[];
  readonly answer: readonly string[];
  readonly layout: string;
}

export interface PromptPoolOptions {
  readonly seed: number;
  readonly kind?: PromptKind;
  readonly draw?: number;
}

export const REASONING_POOL: PromptPool;

export interface ReadParquetOptions {
  readonly batchSize?: number;
  readonly onWarning?: (message: string) => void;
}

export const RewardModel: Type.TObject<{
  answer: Type.TOptional<Type.TUnknown>;
  ground_truth: Type.TUnknown;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  verifier: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
  style: Type.TOptional<Type.TString>;
}>;

export type RewardModel = Static<typeof RewardModel>;

export const RewardTerm: Type.TObject<{
  verifier: Type.TString;
  weight: Type.TOptional<Type.TNumber>;
  name: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  ground_truth: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
}>;

export type RewardTerm = Static<typeof RewardTerm>;

export const Sample: Type.TObject<{
  data_source: Type.TString;
  images: Type.TArray<
    Type.TObject<{
      bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
      path: Type.TOptional<Type.TString>;
    }>
  >;
  prompt: Type.TArray<
    Type.TObject<{
      role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
      content: Type.TString;
    }>
  >;
  ability: Type.TString;
  reward_model: Type.TObject<{
    answer: Type.TOptional<Type.TUnknown>;
    ground_truth: Type.TUnknown;
    accuracy_ratio: Type.TOptional<Type.TNumber>;
    format_ratio: Type.TOptional<Type.TNumber>;
    verifier: Type.TOptional<Type.TString>;
    verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
    rewards: Type.TOptional<
      Type.TArray<
        Type.TObject<{
          verifier: Type.TString;
          weight: Type.TOptional<Type.TNumber>;
          name: Type.TOptional<Type.TString>;
          verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
          ground_truth: Type.TOptional<Type.TUnknown>;
          accuracy_ratio: Type.TOptional<Type.TNumber>;
          format_ratio: Type.TOptional<Type.TNumber>;
        }>
      >
    >;
    coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
    style: Type.TOptional<Type.TString>;
  }>;
  extra_info: Type.TUnsafe<{
    [key: string]: unknown;
    id: string;
    image_path?: string | string[];
    split?: string;
  }>;
}>;

export type Sample = Static<typeof Sample>;

export const SampleImage: Type.TObject<{
  bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
  path: Type.TOptional<Type.TString>;
}>;

export type SampleImage = Static<typeof SampleImage>;

export type SampleJson = Omit<Sample, 'images'> & {
  images: {
    bytes?: string;
    path?: string;
  }[];
};

export type SampleSource = readonly Sample[] | (() => Iterable<Sample> | AsyncIterable<Sample>);

export interface SampleStats {
  readonly samples: number;
  readonly images: number;
  readonly bySource: Readonly<Record<string, number>>;
  readonly byVerifier: Readonly<Record<string, number>>;
  readonly byAbility: Readonly<Record<string, number>>;
  readonly promptCharacters: {
    readonly min: number;
    readonly mean: number;
    readonly max: number;
  };
}

export const TRAINERS: readonly ['verl', 'trl', 'easyr1', 'ms-swift', 'openrlhf'];

export type Trainer = (typeof TRAINERS)[number];

export type TrainerRow = Readonly<Record<string, unknown>>;

export interface WriteParquetOptions {
  readonly rowGroupSize?: number;
}

export function applyPromptPool(sample: Sample, options: PromptPoolOptions): Sample;

export function countImageMarks(prompt: readonly PromptMessage[]): number;

export function createMix<T>(
  sources: Readonly<Record<string, readonly T[]>>,
  weights: Readonly<Record<string, number>>,
  seed: number,
): Mix<T>;

export function envelopeOf(sample: Sample): Envelope;

export function isSample(value: unknown): value is Sample;

export function parseSample(value: unknown, options?: ParseSampleOptions): Sample;

export function planMix(sizes: Readonly<Record<string, number>>, { caps, repeats, temperature, total, seed }: MixRules): MixPlan;

export function promptKindOf(sample: Sample): Exclude<PromptKind, 'asked'>;

export function readEnvelope(label: unknown): Envelope | undefined;

export function readJsonl(path: string): AsyncGenerator<Sample>;

export function readParquet(path: string, options?: ReadParquetOptions): AsyncGenerator<Sample>;

export function readParquetRows(path: string, options?: ReadParquetOptions): AsyncGenerator<Record<string, unknown>>;

export function readRecords(path: string, options?: ReadParquetOptions): AsyncGenerator<DataRecord>;

export function readRows(path: string, converter?: Pick<Converter, 'rows'>): AsyncGenerator<PlacedDataRow>;

export function readSamples(path: string, options?: ReadParquetOptions): AsyncGenerator<Sample>;

export function readTextLines(path: string): AsyncGenerator<string>;

export function repeatOf(source: string): number;

export function sampleStats(samples: Iterable<Sample> | AsyncIterable<Sample>): Promise<SampleStats>;

export const schemas: Record<string, TSchema>;

export function toSampleJson(sample: Sample): SampleJson;

export function trainerFile(trainer: Trainer): 'parquet' | 'jsonl';

export function trainerRow(sample: Sample, trainer: Trainer, index: number): TrainerRow;

export function truthText(value: unknown): string;

export function verifiersOf(sample: Sample): string[];

export function writeEnvelope(fields: Envelope): string;

export function writeFileAtomically(path: string, fill: (temporary: string) => Promise<void>): Promise<void>;

export function writeJsonl(path: string, samples: Iterable<Sample> | AsyncIterable<Sample>): Promise<number>;

export function writeParquet(path: string, samples: SampleSource, options?: WriteParquetOptions): Promise<number>;

export function writeTrainerJsonl(
  path: string,
  samples: Iterable<Sample> | AsyncIterable<Sample>,
  {
    trainer,
  }: {
    readonly trainer: Trainer;
  },
): Promise<number>;

export function writeTrainerParquet(
  path: string,
  samples: SampleSource,
  options: WriteParquetOptions & {
    readonly trainer: Trainer;
  },
): Promise<number>;

// @vtriune/format/browser

export const ASKED_POOL: Readonly<Record<AskedPlace, readonly string[]>>;

export type AskedPlace = 'boxes' | 'boxed' | 'answer_tag' | 'last_line';

export const CoordinateSpace: Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>;

export type CoordinateSpace = Static<typeof CoordinateSpace>;

export interface Draw<T> {
  readonly source: string;
  readonly item: T;
}

export const Envelope: Type.TObject<{
  id: Type.TOptional<Type.TString>;
  data_source: Type.TString;
  verifier: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  ground_truth: Type.TUnknown;
  answer: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
  split: Type.TOptional<Type.TString>;
}>;

export type Envelope = Static<typeof Envelope>;

export const ExtraInfo: Type.TUnsafe<{
  [key: string]: unknown;
  id: string;
  image_path?: string | string[];
  split?: string;
}>;

export type ExtraInfo = Static<typeof ExtraInfo>;

export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly location: string | undefined;
  readonly pointer: string | undefined;
  constructor(code: FormatErrorCode, message: string, details?: FormatErrorDetails);
}

export type FormatErrorCode =
  | 'invalid_json'
  | 'invalid_sample'
  | 'unknown_key'
  | 'image_mismatch'
  | 'missing_verifier'
  | 'invalid_envelope'
  | 'invalid_argument'
  | 'incompatible_columns'
  | 'unreadable_file';

export interface FormatErrorDetails {
  readonly location?: string | undefined;
  readonly pointer?: string | undefined;
  readonly cause?: unknown;
}

export const IMAGE_MARK = '<image>';

export interface Mix<T> {
  readonly position: number;
  next(): Draw<T>;
  at(position: number): Draw<T>;
  seek(position: number): void;
}

export interface MixPlan {
  readonly counts: Readonly<Record<string, number>>;
  readonly items: () => Generator<{
    readonly source: string;
    readonly index: number;
  }>;
}

export interface MixRules {
  readonly caps?: Readonly<Record<string, number>>;
  readonly repeats?: Readonly<Record<string, number>>;
  readonly temperature?: number;
  readonly total?: number;
  readonly seed: number;
}

export const PERCEPTION_POOL: PromptPool;

export interface ParseSampleOptions {
  readonly location?: string;
  readonly defaultId?: string;
}

export type PromptKind = 'reasoning' | 'perception' | 'asked';

export const PromptMessage: Type.TObject<{
  role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
  content: Type.TString;
}>;

export type PromptMessage = Static<typeof PromptMessage>;

export interface PromptPool {
  readonly think: readonly string[];
  readonly answer: readonly string[];
  readonly layout: string;
}

export interface PromptPoolOptions {
  readonly seed: number;
  readonly kind?: PromptKind;
  readonly draw?: number;
}

export const REASONING_POOL: PromptPool;

export const RewardModel: Type.TObject<{
  answer: Type.TOptional<Type.TUnknown>;
  ground_truth: Type.TUnknown;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
  verifier: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  rewards: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        verifier: Type.TString;
        weight: Type.TOptional<Type.TNumber>;
        name: Type.TOptional<Type.TString>;
        verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
        ground_truth: Type.TOptional<Type.TUnknown>;
        accuracy_ratio: Type.TOptional<Type.TNumber>;
        format_ratio: Type.TOptional<Type.TNumber>;
      }>
    >
  >;
  coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
  style: Type.TOptional<Type.TString>;
}>;

export type RewardModel = Static<typeof RewardModel>;

export const RewardTerm: Type.TObject<{
  verifier: Type.TString;
  weight: Type.TOptional<Type.TNumber>;
  name: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  ground_truth: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
}>;

export type RewardTerm = Static<typeof RewardTerm>;

export const Sample: Type.TObject<{
  data_source: Type.TString;
  images: Type.TArray<
    Type.TObject<{
      bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
      path: Type.TOptional<Type.TString>;
    }>
  >;
  prompt: Type.TArray<
    Type.TObject<{
      role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
      content: Type.TString;
    }>
  >;
  ability: Type.TString;
  reward_model: Type.TObject<{
    answer: Type.TOptional<Type.TUnknown>;
    ground_truth: Type.TUnknown;
    accuracy_ratio: Type.TOptional<Type.TNumber>;
    format_ratio: Type.TOptional<Type.TNumber>;
    verifier: Type.TOptional<Type.TString>;
    verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
    rewards: Type.TOptional<
      Type.TArray<
        Type.TObject<{
          verifier: Type.TString;
          weight: Type.TOptional<Type.TNumber>;
          name: Type.TOptional<Type.TString>;
          verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
          ground_truth: Type.TOptional<Type.TUnknown>;
          accuracy_ratio: Type.TOptional<Type.TNumber>;
          format_ratio: Type.TOptional<Type.TNumber>;
        }>
      >
    >;
    coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
    style: Type.TOptional<Type.TString>;
  }>;
  extra_info: Type.TUnsafe<{
    [key: string]: unknown;
    id: string;
    image_path?: string | string[];
    split?: string;
  }>;
}>;

export type Sample = Static<typeof Sample>;

export const SampleImage: Type.TObject<{
  bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
  path: Type.TOptional<Type.TString>;
}>;

export type SampleImage = Static<typeof SampleImage>;

export type SampleJson = Omit<Sample, 'images'> & {
  images: {
    bytes?: string;
    path?: string;
  }[];
};

export interface SampleStats {
  readonly samples: number;
  readonly images: number;
  readonly bySource: Readonly<Record<string, number>>;
  readonly byVerifier: Readonly<Record<string, number>>;
  readonly byAbility: Readonly<Record<string, number>>;
  readonly promptCharacters: {
    readonly min: number;
    readonly mean: number;
    readonly max: number;
  };
}

export const TRAINERS: readonly ['verl', 'trl', 'easyr1', 'ms-swift', 'openrlhf'];

export type Trainer = (typeof TRAINERS)[number];

export type TrainerRow = Readonly<Record<string, unknown>>;

export function applyPromptPool(sample: Sample, options: PromptPoolOptions): Sample;

export function countImageMarks(prompt: readonly PromptMessage[]): number;

export function createMix<T>(
  sources: Readonly<Record<string, readonly T[]>>,
  weights: Readonly<Record<string, number>>,
  seed: number,
): Mix<T>;

export function envelopeOf(sample: Sample): Envelope;

export function isSample(value: unknown): value is Sample;

export function parseSample(value: unknown, options?: ParseSampleOptions): Sample;

export function planMix(sizes: Readonly<Record<string, number>>, { caps, repeats, temperature, total, seed }: MixRules): MixPlan;

export function promptKindOf(sample: Sample): Exclude<PromptKind, 'asked'>;

export function readEnvelope(label: unknown): Envelope | undefined;

export function repeatOf(source: string): number;

export function sampleStats(samples: Iterable<Sample> | AsyncIterable<Sample>): Promise<SampleStats>;

export const schemas: Record<string, TSchema>;

export function toSampleJson(sample: Sample): SampleJson;

export function trainerFile(trainer: Trainer): 'parquet' | 'jsonl';

export function trainerRow(sample: Sample, trainer: Trainer, index: number): TrainerRow;

export function truthText(value: unknown): string;

export function verifiersOf(sample: Sample): string[];

export function writeEnvelope(fields: Envelope): string;

// @vtriune/format/settings

type Discriminated<Branches extends readonly TObject[]> = TUnsafe<Static<Branches[number]>> & {
  readonly oneOf: Branches;
};

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

type Omittable =
  | {
      readonly default: unknown;
    }
  | {
      readonly '~optional': true;
    };

export interface SettingExplanation {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

export interface Settings<Schema extends TObject> {
  readonly schema: Schema;
  readonly inputSchema: JsonSchema;
  parse(value: unknown): Static<Schema>;
  defaults(): Partial<Static<Schema>>;
  explain(): SettingExplanation[];
}

export class SettingsError extends Error {
  readonly code = 'invalid_settings';
  readonly path: readonly (string | number)[];
  constructor(message: string, path: readonly (string | number)[]);
}

export type SettingsInput<Schema> = Schema extends {
  readonly oneOf: infer Branches extends readonly TObject[];
}
  ? SettingsInput<Branches[number]>
  : Schema extends TObject<infer Properties>
    ? Simplify<
        {
          [Key in keyof Properties as Properties[Key] extends Omittable ? never : Key]: SettingsInput<Properties[Key]>;
        } & {
          [Key in keyof Properties as Properties[Key] extends Omittable ? Key : never]?: SettingsInput<Properties[Key]>;
        }
      >
    : Schema extends TSchema
      ? Static<Schema>
      : never;

type Simplify<T> = {
  [Key in keyof T]: T[Key];
} & {};

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

export function discriminated<const Branches extends readonly TObject[]>(branches: Branches, description: string): Discriminated<Branches>;

export function settings<Schema extends TObject>(schema: Schema): Settings<Schema>;

export function withDefault<Schema extends TSchema>(schema: Schema, value: SettingsInput<Schema>): WithDefault<Schema>;

// @vtriune/format/reward-term

export const AccuracyRatio: Type.TNumber;

export const FormatRatio: Type.TNumber;

export const GroundTruth: Type.TUnknown;

export const Parameters: Type.TRecord<'^.*$', Type.TUnknown>;

export const RewardTerm: Type.TObject<{
  verifier: Type.TString;
  weight: Type.TOptional<Type.TNumber>;
  name: Type.TOptional<Type.TString>;
  verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
  ground_truth: Type.TOptional<Type.TUnknown>;
  accuracy_ratio: Type.TOptional<Type.TNumber>;
  format_ratio: Type.TOptional<Type.TNumber>;
}>;

export type RewardTerm = Static<typeof RewardTerm>;

// @vtriune/format/at

export function at<T>(list: ArrayLike<T>, index: number): T;

// @vtriune/format/show-value

export function showValue(value: unknown, most?: number): string;

// @vtriune/format/convert

export interface ConvertContext {
  readonly location: string;
  readonly index: number;
  readonly source?: string | undefined;
  readonly split?: string | undefined;
  readonly verifier?: string | undefined;
}

export interface Converter {
  readonly name: string;
  readonly rowFormat: string;
  readonly rows?: (document: unknown, location: string) => Iterable<DataRow>;
  readonly convert: (row: DataRow, context: ConvertContext) => Sample[];
}

export type DataRow = Readonly<Record<string, unknown>>;

const Sample: Type.TObject<{
  data_source: Type.TString;
  images: Type.TArray<
    Type.TObject<{
      bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
      path: Type.TOptional<Type.TString>;
    }>
  >;
  prompt: Type.TArray<
    Type.TObject<{
      role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
      content: Type.TString;
    }>
  >;
  ability: Type.TString;
  reward_model: Type.TObject<{
    answer: Type.TOptional<Type.TUnknown>;
    ground_truth: Type.TUnknown;
    accuracy_ratio: Type.TOptional<Type.TNumber>;
    format_ratio: Type.TOptional<Type.TNumber>;
    verifier: Type.TOptional<Type.TString>;
    verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
    rewards: Type.TOptional<
      Type.TArray<
        Type.TObject<{
          verifier: Type.TString;
          weight: Type.TOptional<Type.TNumber>;
          name: Type.TOptional<Type.TString>;
          verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
          ground_truth: Type.TOptional<Type.TUnknown>;
          accuracy_ratio: Type.TOptional<Type.TNumber>;
          format_ratio: Type.TOptional<Type.TNumber>;
        }>
      >
    >;
    coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
    style: Type.TOptional<Type.TString>;
  }>;
  extra_info: Type.TUnsafe<{
    [key: string]: unknown;
    id: string;
    image_path?: string | string[];
    split?: string;
  }>;
}>;

type Sample = Static<typeof Sample>;

export function convertRow(converter: Converter, row: DataRow, context: ConvertContext): Sample[];

export function converterNamed(name: string): Converter;

export const converters: readonly Converter[];

// @vtriune/format/curate

export interface CurateItem {
  readonly sample: Sample;
  readonly sizes?: readonly {
    readonly width: number;
    readonly height: number;
  }[];
  readonly fingerprints?: readonly bigint[];
  readonly goldReward?: number;
}

export interface CurateReport {
  readonly read: number;
  readonly kept: number;
  readonly removals: readonly Removal[];
}

export const Curation: Type.TObject<{
  seed: WithDefault<Type.TInteger>;
  noChoices: Type.TOptional<Type.TObject<{}>>;
  plainAnswers: Type.TOptional<
    Type.TObject<{
      symbols: WithDefault<Type.TString>;
    }>
  >;
  shortAnswers: Type.TOptional<
    Type.TObject<{
      maxCharacters: WithDefault<Type.TInteger>;
    }>
  >;
  shortQueries: Type.TOptional<
    Type.TObject<{
      maxCharacters: WithDefault<Type.TInteger>;
    }>
  >;
  goldAnswer: Type.TOptional<
    Type.TObject<{
      abilities: WithDefault<Type.TArray<Type.TString>>;
    }>
  >;
  boxCount: Type.TOptional<
    Type.TObject<{
      maxPerCategory: WithDefault<Type.TInteger>;
    }>
  >;
  boxArea: Type.TOptional<
    Type.TObject<{
      maxShare: WithDefault<Type.TNumber>;
    }>
  >;
  tail: Type.TOptional<
    Type.TObject<{
      minPerCategory: WithDefault<Type.TInteger>;
    }>
  >;
  singleToMulti: Type.TOptional<
    Type.TObject<{
      single: WithDefault<Type.TInteger>;
      multi: WithDefault<Type.TInteger>;
    }>
  >;
  countingBalance: Type.TOptional<
    Type.TObject<{
      maxPerCount: Type.TOptional<Type.TInteger>;
    }>
  >;
  difficulty: Type.TOptional<
    Type.TObject<{
      passRate: WithDefault<
        Type.TObject<{
          from: WithDefault<Type.TNumber>;
          below: WithDefault<Type.TNumber>;
        }>
      >;
      rewardSum: WithDefault<
        Type.TObject<{
          from: WithDefault<Type.TNumber>;
          to: WithDefault<Type.TNumber>;
          of: WithDefault<Type.TInteger>;
        }>
      >;
    }>
  >;
  duplicates: Type.TOptional<
    Type.TObject<{
      distance: WithDefault<Type.TInteger>;
    }>
  >;
  overlap: Type.TOptional<
    Type.TObject<{
      distance: WithDefault<Type.TInteger>;
    }>
  >;
}>;

export type Curation = Static<typeof Curation>;

export interface CurationInputs {
  readonly rewards?: RewardsById;
  readonly others?: Iterable<bigint>;
}

export interface Filter {
  readonly name: string;
  readonly count?: (item: CurateItem) => void;
  readonly reason: (item: CurateItem, index: number) => string | undefined;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export const PAPER_CURATION: Curation;

export interface Removal {
  readonly filter: string;
  readonly removed: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

export type RewardsById = ReadonlyMap<string, readonly number[]>;

const Sample: Type.TObject<{
  data_source: Type.TString;
  images: Type.TArray<
    Type.TObject<{
      bytes: Type.TOptional<Type.TUnsafe<Uint8Array<ArrayBufferLike>>>;
      path: Type.TOptional<Type.TString>;
    }>
  >;
  prompt: Type.TArray<
    Type.TObject<{
      role: Type.TUnsafe<'system' | 'user' | 'assistant'>;
      content: Type.TString;
    }>
  >;
  ability: Type.TString;
  reward_model: Type.TObject<{
    answer: Type.TOptional<Type.TUnknown>;
    ground_truth: Type.TUnknown;
    accuracy_ratio: Type.TOptional<Type.TNumber>;
    format_ratio: Type.TOptional<Type.TNumber>;
    verifier: Type.TOptional<Type.TString>;
    verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
    rewards: Type.TOptional<
      Type.TArray<
        Type.TObject<{
          verifier: Type.TString;
          weight: Type.TOptional<Type.TNumber>;
          name: Type.TOptional<Type.TString>;
          verifier_parm: Type.TOptional<Type.TRecord<'^.*$', Type.TUnknown>>;
          ground_truth: Type.TOptional<Type.TUnknown>;
          accuracy_ratio: Type.TOptional<Type.TNumber>;
          format_ratio: Type.TOptional<Type.TNumber>;
        }>
      >
    >;
    coordinate_space: Type.TOptional<Type.TUnsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>>;
    style: Type.TOptional<Type.TString>;
  }>;
  extra_info: Type.TUnsafe<{
    [key: string]: unknown;
    id: string;
    image_path?: string | string[];
    split?: string;
  }>;
}>;

type Sample = Static<typeof Sample>;

interface SettingExplanation {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

interface Settings<Schema extends TObject> {
  readonly schema: Schema;
  readonly inputSchema: JsonSchema;
  parse(value: unknown): Static<Schema>;
  defaults(): Partial<Static<Schema>>;
  explain(): SettingExplanation[];
}

type WithDefault<Schema extends TSchema> = Schema & {
  readonly default: unknown;
};

export function curate(
  items: () => AsyncIterable<CurateItem>,
  filters: readonly Filter[],
): {
  readonly kept: AsyncGenerator<CurateItem>;
  readonly report: () => CurateReport;
};

export const curationSettings: Settings<typeof Curation>;

export function makeFilters(curation: Curation, { rewards, others }?: CurationInputs): Filter[];
