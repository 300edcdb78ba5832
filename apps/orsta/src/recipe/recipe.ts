import { resolveTrainConfig, TrainerError, type BackendName, type ResolvedTrainConfig } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import { TASK_NAMES, type TaskName } from '../suite/index.ts';
import { loadYaml, type LoadedYaml, type LoadYamlOptions } from './load-yaml.ts';
import { RecipeFile } from './schema.ts';

/** Samples of the suite, drawn without end. */
export interface SuiteSettings {
  readonly kind: 'suite';
  readonly tasks: readonly TaskName[];
  readonly seed: number;
}

/** Samples of files. */
export interface JsonlSettings {
  readonly kind: 'jsonl';
  readonly files: readonly { readonly path: string; readonly weight?: number }[];
  readonly heldOut: readonly string[];
  readonly maxPixels?: number;
  readonly seed: number;
}

/** Threshold of box rewards in training. */
export type IouSetting = NonNullable<NonNullable<RecipeFile['reward']>['iouSchedule']>;

/** How responses are scored: here, or by services over HTTP. */
export type RewardSettings = NonNullable<RecipeFile['reward']>;

/** A training run with every default filled in and every path absolute. */
export interface Recipe {
  readonly name: string;
  readonly model: { readonly path: string };
  readonly data: SuiteSettings | JsonlSettings;
  readonly evaluation: {
    readonly samplesPerTask: number;
    readonly everySteps: number;
    readonly split: 'test' | 'validation';
    readonly batchSize: number;
  };
  readonly reward: RewardSettings;
  readonly trainer: ResolvedTrainConfig;
  readonly engine: { readonly ranks: number; readonly backend?: readonly BackendName[]; readonly tokensPerMicroBatch: number };
  readonly checkpoint: { readonly everySteps: number; readonly keep: number };
  readonly plugins: readonly string[];
}

const EVALUATION = { samplesPerTask: 100, everySteps: 0, split: 'test', batchSize: 64 } as const;
const ENGINE = { ranks: 2, tokensPerMicroBatch: 4096 };
const CHECKPOINT = { everySteps: 25, keep: 2 };

/** Reads recipe files, later ones over earlier ones and overrides over all. Throws `invalid_recipe`. */
export async function loadRecipe(files: readonly string[], options: LoadYamlOptions = {}): Promise<Recipe> {
  const loaded = await loadYaml(RecipeFile, files, options);
  const { value } = loaded;
  return {
    name: value.name,
    model: { path: loaded.resolvePath(value.model.path, ['model', 'path']) },
    data: resolveData(loaded),
    evaluation: { ...EVALUATION, ...value.evaluation },
    reward: value.reward ?? { kind: 'local' },
    trainer: resolveTrainer(value.trainer, files),
    engine: { ...ENGINE, ...value.engine },
    checkpoint: { ...CHECKPOINT, ...value.checkpoint },
    plugins: (value.plugins ?? []).map((name, index) => (name.startsWith('.') ? loaded.resolvePath(name, ['plugins', index]) : name)),
  };
}

function resolveData({ value: { data }, resolvePath }: LoadedYaml<RecipeFile>): SuiteSettings | JsonlSettings {
  if (data.kind === 'suite') return { kind: 'suite', tasks: data.tasks ?? TASK_NAMES, seed: data.seed ?? 1 };
  return {
    kind: 'jsonl',
    files: data.files.map((file, index) => ({ ...file, path: resolvePath(file.path, ['data', 'files', index, 'path']) })),
    heldOut: (data.heldOut ?? []).map((path, index) => resolvePath(path, ['data', 'heldOut', index])),
    ...(data.maxPixels === undefined ? {} : { maxPixels: data.maxPixels }),
    seed: data.seed ?? 1,
  };
}

function resolveTrainer(config: RecipeFile['trainer'], files: readonly string[]): ResolvedTrainConfig {
  try {
    return resolveTrainConfig(config);
  } catch (cause) {
    if (cause instanceof TrainerError) throw new OrstaError('invalid_recipe', `${files.join(' + ')}: trainer: ${cause.message}`, { cause });
    throw cause;
  }
}
