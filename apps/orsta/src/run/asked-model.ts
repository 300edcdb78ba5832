/**
 * A model that is asked by a command, and how: its folder, its tools, its limits. What the command line leaves out comes from the run that trained the
 * model, where that run had tools: a policy that looks again is another one without them, or with an image of another size. A checkpoint knows its recipe.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { latestCheckpoint, type TrainerPlugin } from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import { isRecord } from '../is-record.ts';
import { loadRunPlugins } from '../recipe/run-plugins.ts';
import { localModel } from './local-model.ts';
import { promptLimit } from './prompt-limit.ts';
import { runFolder } from './run-folder.ts';
import { toolSettings, type ToolSettings } from './tool-settings.ts';

/** What the command line says of a model. */
export interface AskOptions {
  /** Folder of a model, a checkpoint or a run, or a model of the hub. */
  readonly model: string;
  /** LoRA adapter of the model, in PEFT's layout. */
  readonly adapter?: string;
  /** Names of tools, or settings of `trainer.tools`. */
  readonly tools?: readonly string[];
  /** Packages with further tools. */
  readonly plugins?: readonly string[];
  readonly maxNewTokens?: number;
  readonly maxPromptTokens?: number;
  readonly maxPixels?: number;
}

/** A model and how it is asked. */
export interface AskedModel {
  readonly model: { readonly path: string; readonly adapter?: string };
  readonly tools?: ToolSettings;
  /** Those that have tools. */
  readonly plugins: readonly TrainerPlugin[];
  readonly maxNewTokens: number;
  readonly maxPromptTokens: number;
  /** That of the model's folder where absent. */
  readonly maxPixels?: number;
}

/** Looks up a model and settles how it is asked; says what comes from its run. `maxNewTokens` is the command's own default. */
export async function askedModel(options: AskOptions, context: CommandContext, defaults: { maxNewTokens: number }): Promise<AskedModel> {
  const path = await weightsOf(await localModel(options.model, context));
  const adapter = options.adapter === undefined ? undefined : resolve(context.cwd, options.adapter);
  const trained = await trainedWithTools(adapter ?? path);
  const plugins = await toolPlugins([...(options.plugins ?? []), ...(trained?.plugins ?? [])], context.cwd);
  const tools = toolSettings({ given: options.tools, trained: trained?.tools, plugins });
  const maxPixels = options.maxPixels ?? trained?.maxPixels;
  const asked: AskedModel = {
    model: { path, ...(adapter === undefined ? {} : { adapter }) },
    ...(tools === undefined ? {} : { tools }),
    plugins,
    maxNewTokens: options.maxNewTokens ?? trained?.maxNewTokens ?? defaults.maxNewTokens,
    maxPromptTokens: options.maxPromptTokens ?? trained?.maxPromptTokens ?? promptLimit(undefined),
    ...(maxPixels === undefined ? {} : { maxPixels }),
  };
  if (trained !== undefined) context.notice(`${trained.run} was trained with tools: it is asked with ${howAsked(asked)}\n`);
  return asked;
}

/** The folder with the weights: of a run's folder the newest checkpoint. */
async function weightsOf(folder: string): Promise<string> {
  const run = runFolder(folder);
  if (!existsSync(run.recipe) || existsSync(join(folder, 'config.json'))) return folder;
  const checkpoint = await latestCheckpoint(run.checkpoints);
  if (checkpoint !== undefined) return checkpoint;
  throw new OrstaError('usage', `${folder} is a run without a checkpoint. Give a model folder, or a run that has saved a step.`);
}

/** What a run with tools asked its policy with. */
interface TrainedWithTools {
  readonly run: string;
  readonly tools: unknown;
  readonly plugins: readonly string[];
  readonly maxNewTokens: number | undefined;
  readonly maxPromptTokens: number | undefined;
  readonly maxPixels: number | undefined;
}

/** Reads the recipe that a checkpoint was saved with; absent for other folders, and for runs without tools. */
async function trainedWithTools(folder: string): Promise<TrainedWithTools | undefined> {
  const path = join(folder, 'trainer_state.json');
  if (!existsSync(path)) return undefined;
  const recipe = fieldOf(fieldOf(await readState(path), 'state'), 'recipe');
  const [trainer, data, plugins] = ['trainer', 'data', 'plugins'].map((name) => fieldOf(recipe, name));
  const tools = fieldOf(trainer, 'tools');
  const use = fieldOf(tools, 'use');
  if (!Array.isArray(use) || use.length === 0) return undefined;
  const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
  return {
    run: folder,
    tools,
    plugins: Array.isArray(plugins) ? plugins.filter((name) => typeof name === 'string') : [],
    maxNewTokens: number(fieldOf(trainer, 'maxNewTokens')),
    maxPromptTokens: number(fieldOf(trainer, 'maxPromptTokens')),
    maxPixels: number(fieldOf(data, 'maxPixels')),
  };
}

async function readState(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_run',
      `${path} cannot be read: ${reason}. Take an earlier checkpoint, or delete this file: only a run that resumes needs it.`,
      {
        cause,
      },
    );
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** The packages, each once: a run and the command line may name the same. */
async function toolPlugins(names: readonly string[], cwd: string): Promise<TrainerPlugin[]> {
  const loaded = await loadRunPlugins([...new Set(names)], cwd);
  return [...new Map(loaded.map(({ url, plugin }) => [url, plugin])).values()];
}

function howAsked({ tools, maxNewTokens, maxPromptTokens, maxPixels }: AskedModel): string {
  const named = tools === undefined ? 'none of them' : toolText(tools);
  return [
    named,
    `maxNewTokens ${String(maxNewTokens)}`,
    `maxPromptTokens ${String(maxPromptTokens)}`,
    ...(maxPixels === undefined ? [] : [`maxPixels ${String(maxPixels)}`]),
  ].join(', ');
}

/** Tools in words: `image_zoom_in_tool (maxTurns 2, maxTokens 128)`. */
export function toolText({ use, maxTurns, maxTokens }: ToolSettings): string {
  return `${use.map(({ name }) => name).join(', ')} (maxTurns ${String(maxTurns)}, maxTokens ${String(maxTokens)})`;
}
