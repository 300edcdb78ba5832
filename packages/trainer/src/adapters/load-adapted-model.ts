import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TrainerError } from '../errors.ts';
import { readJsonIfPresent } from '../files/read-text.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import { ADAPTER_CONFIG, readAdapter } from './adapter-files.ts';

/**
 * A model with an adapter beside its weights. `folder` may be the adapter's own folder, such as a checkpoint of a run with an adapter: then the
 * model is the one that its `adapter_config.json` names. Throws `invalid_checkpoint`.
 */
export async function loadAdaptedModel(folder: string, adapter?: string): Promise<LoadedModel> {
  if (adapter === undefined && !isAdapter(folder)) return loadModel(folder);
  if (adapter === undefined) return loadAdaptedModel(await baseOf(folder), folder);
  const model = await loadModel(folder);
  const { parameters } = await readAdapter(adapter, model.config);
  return { ...model, parameters: new Map([...model.parameters, ...parameters]) };
}

/** The folder of a model: of an adapter's folder that of the model it was trained on. Throws `invalid_checkpoint` where that is not here. */
export async function modelFolderOf(folder: string): Promise<string> {
  return isAdapter(folder) ? baseOf(folder) : folder;
}

/** Whether a folder holds an adapter and no model. */
function isAdapter(folder: string): boolean {
  return existsSync(join(folder, ADAPTER_CONFIG)) && !existsSync(join(folder, 'model.safetensors'));
}

async function baseOf(folder: string): Promise<string> {
  const path = join(folder, ADAPTER_CONFIG);
  const config = await readJsonIfPresent(path, 'invalid_checkpoint');
  const name: unknown =
    typeof config === 'object' && config !== null && 'base_model_name_or_path' in config ? config.base_model_name_or_path : undefined;
  const base = typeof name === 'string' ? resolve(folder, name) : undefined;
  if (base !== undefined && existsSync(base)) return base;
  throw new TrainerError(
    'invalid_checkpoint',
    `${path} names ${JSON.stringify(name) ?? 'no base model'}, which is no folder here. Give the model's folder as the model and ${folder} as its adapter.`,
  );
}
