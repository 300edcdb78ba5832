import { randomBytes } from 'node:crypto';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { loraConfig } from './adapter-modules.ts';
import type { JobContext } from './job-context.ts';
import { refuseUnmapped, type EngineName } from './engine-settings.ts';
import type { LaunchSettings } from './settings.ts';
import { trlSettings } from './trl-settings.ts';
import { verlOverrides } from './verl-settings.ts';

/** What the driver on the cluster reads: `job.json`. */
export interface LaunchJob {
  readonly run: string;
  readonly engine: EngineName;
  /** Seen by every machine; data, checkpoints and the finished model are in it. */
  readonly folder: string;
  readonly model: string;
  readonly data: { readonly train: string; readonly test: string | null };
  /** GRPOConfig of TRL, or command-line settings of verl. */
  readonly settings: Readonly<Record<string, unknown>> | readonly string[];
  readonly workers: number;
  readonly gpus_per_worker: number;
  readonly threads: number;
  readonly dtype: 'bfloat16' | 'float32';
  readonly processor: Readonly<Record<string, unknown>>;
  readonly freeze: readonly string[];
  /** LoraConfig of PEFT; null where all weights are trained. */
  readonly adapter: Readonly<Record<string, unknown>> | null;
  readonly failure_limit: number;
  readonly max_failures: number;
  readonly rewards:
    /** `timeout` of a request in seconds. */
    { readonly urls: readonly string[]; readonly timeout: number } | { readonly command: readonly string[]; readonly port: number };
}

/** The job of a recipe. Throws `invalid_recipe` where the engine cannot do a setting. */
export function launchJob(recipe: Recipe, engine: EngineName, folder: string): LaunchJob {
  refuseUnmapped(recipe, engine);
  const context = jobContext(recipe, folder);
  const { launch, workers } = context;
  return {
    run: recipe.name,
    engine,
    folder,
    model: context.model,
    data: { train: context.paths.train, test: context.paths.test ?? null },
    settings: engine === 'trl' ? trlSettings(context) : verlOverrides(context),
    workers,
    gpus_per_worker: launch.gpusPerNode > 0 ? 1 : 0,
    threads: 1,
    dtype: launch.gpusPerNode > 0 ? 'bfloat16' : 'float32',
    processor: context.recipe.data.maxPixels === undefined ? {} : { max_pixels: context.recipe.data.maxPixels },
    freeze: recipe.trainer.freeze,
    adapter: recipe.adapter === undefined ? null : loraConfig(recipe.adapter),
    failure_limit: recipe.trainer.failureLimit,
    max_failures: launch.maxFailures,
    rewards:
      recipe.reward.kind === 'http'
        ? { urls: recipe.reward.urls, timeout: recipe.reward.timeoutMs / 1000 }
        : { command: serviceCommand(recipe, launch), port: launch.rewards.port },
  };
}

/**
 * Environment of the job: the token of the reward services, and what verl's processes import. Services that the job starts itself get a token
 * of their own where none is given, since other machines can reach them. Ray would drop repeated lines of the log, numbers not compared.
 */
export function jobEnvironment(job: LaunchJob, code: string): Record<string, string> {
  const token = process.env['VTRIUNE_TOKEN'] ?? ('urls' in job.rewards ? undefined : randomBytes(24).toString('hex'));
  return {
    RAY_DEDUP_LOGS: '0',
    ...(token === undefined ? {} : { VTRIUNE_TOKEN: token }),
    PYTHONPATH: code,
    ...(job.engine === 'trl' ? {} : { VERL_USE_EXTERNAL_MODULES: 'vtriune_verl_freeze', VTRIUNE_FREEZE: job.freeze.join(',') }),
  };
}

function jobContext(recipe: Recipe, folder: string): JobContext {
  const { data, launch } = recipe;
  // Refused before by its rule; this tells the compiler.
  if (data.kind !== 'files') throw new OrstaError('invalid_recipe', `data.kind is ${data.kind}; only files can be launched.`);
  if (launch === undefined)
    throw new OrstaError(
      'invalid_recipe',
      'The recipe has no `launch`. Say at least how many machines and GPUs there are, e.g. launch: { nodes: 1, gpusPerNode: 8 }.',
    );
  const workers = launch.nodes * (launch.gpusPerNode > 0 ? launch.gpusPerNode : launch.workersPerNode);
  const test = data.heldOut.length > 0 && recipe.evaluation.samplesPerTask > 0 ? `${folder}/data/test.parquet` : undefined;
  const isDrawn = data.files.some(({ weight }) => weight !== undefined);
  return {
    recipe: { ...recipe, data },
    launch,
    workers,
    policy: recipe.trainer.objective,
    grpo: recipe.trainer.advantage,
    isDrawn,
    model: launch.model ?? modelName(recipe.model.path),
    paths: { folder, train: `${folder}/data/train.parquet`, test },
  };
}

function serviceCommand({ plugins }: Recipe, { rewards, gpusPerNode }: LaunchSettings): string[] {
  return [...rewards.command, '--workers', gpusPerNode > 0 ? '8' : '1', ...(plugins.length > 0 ? ['--plugins', ...plugins] : [])];
}

/** How an engine names a model: a path as it is, a model of the Hub without `hub:`. Throws where a revision would be lost. */
function modelName(path: string): string {
  if (!path.startsWith('hub:')) return path;
  const [name = '', revision] = path.slice('hub:'.length).split('@');
  if (revision === undefined) return name;
  throw new OrstaError(
    'invalid_recipe',
    `model.path is ${path}; engines take the newest revision. Leave @${revision} out, or name a folder of the cluster in launch.model.`,
  );
}
