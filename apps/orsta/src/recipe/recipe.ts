import { SettingsError } from '@vtriune/format/settings';
import { resolveTrainConfig, TrainerError, type ResolvedTrainConfig } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import { loadYaml, type LoadedYaml, type LoadYamlOptions } from './load-yaml.ts';
import { loadRunPlugins, type RunPlugin } from './run-plugins.ts';
import { recipeSettings, type ResolvedRecipe } from './schema.ts';

/** A training run with every default filled in and every path absolute. */
export type Recipe = Omit<ResolvedRecipe, 'data'> & { data: Exclude<ResolvedRecipe['data'], { kind: 'jsonl' }> };

/** Samples of files. */
export type FileSettings = Extract<Recipe['data'], { kind: 'files' }>;

/** Threshold of box rewards in training. */
export type IouSetting = NonNullable<Recipe['reward']['iouSchedule']>;

/** Reads recipe files, later ones over earlier ones and overrides over all. Throws `invalid_recipe`. */
export async function loadRecipe(files: readonly string[], options: LoadYamlOptions = {}): Promise<Recipe> {
  const loaded = await loadYaml(recipeSettings, files, options);
  const { value } = loaded;
  const plugins = value.plugins.map((name, index) => (name.startsWith('.') ? loaded.resolvePath(name, ['plugins', index]) : name));
  return {
    ...value,
    model: resolveModel(loaded, files),
    data: resolveData(loaded),
    trainer: resolveTrainer(loaded, files, await loadRunPlugins(plugins, options.cwd ?? process.cwd())),
    plugins,
    rollout: resolveRollout(loaded),
    ...(value.launch?.folder === undefined
      ? {}
      : { launch: { ...value.launch, folder: loaded.resolvePath(value.launch.folder, ['launch', 'folder']) } }),
  };
}

function resolveModel({ value: { model, adapter }, resolvePath }: LoadedYaml<ResolvedRecipe>, files: readonly string[]): Recipe['model'] {
  // A model of the hub is no path, and is taken when the run begins.
  const path = model.path.startsWith('hub:') ? model.path : resolvePath(model.path, ['model', 'path']);
  if (model.adapter === undefined) return { path };
  if (adapter !== undefined)
    throw new OrstaError(
      'invalid_recipe',
      `${files.join(' + ')}: model.adapter goes on with an adapter and adapter begins a new one. Give one of the two.`,
    );
  return { path, adapter: resolvePath(model.adapter, ['model', 'adapter']) };
}

function resolveData({ value: { data }, resolvePath }: LoadedYaml<ResolvedRecipe>): Recipe['data'] {
  if (data.kind === 'suite') return data;
  return {
    ...data,
    kind: 'files',
    files: data.files.map((file, index) => ({ ...file, path: resolvePath(file.path, ['data', 'files', index, 'path']) })),
    heldOut: data.heldOut.map((path, index) => resolvePath(path, ['data', 'heldOut', index])),
  };
}

function resolveRollout({ value: { rollout }, resolvePath }: LoadedYaml<ResolvedRecipe>): Recipe['rollout'] {
  if (rollout.kind === 'local' || rollout.weightsFolder === undefined) return rollout;
  return { ...rollout, weightsFolder: resolvePath(rollout.weightsFolder, ['rollout', 'weightsFolder']) };
}

function resolveTrainer(
  { value, placeOf }: LoadedYaml<ResolvedRecipe>,
  files: readonly string[],
  plugins: readonly RunPlugin[],
): ResolvedTrainConfig {
  try {
    return resolveTrainConfig(value.trainer, { plugins: plugins.map(({ plugin }) => plugin) });
  } catch (cause) {
    if (!(cause instanceof TrainerError)) throw cause;
    const problem = cause.cause;
    if (problem instanceof SettingsError)
      throw new OrstaError('invalid_recipe', `${placeOf(['trainer', ...problem.path])} trainer.${problem.message}`, { cause });
    throw new OrstaError('invalid_recipe', `${files.join(' + ')}: trainer: ${cause.message}`, { cause });
  }
}
