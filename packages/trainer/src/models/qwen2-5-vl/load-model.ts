import { readCheckpoint } from '../../safetensors/read-checkpoint.ts';
import type { HostTensor } from '../host-tensor.ts';
import { loadConfig, type ModelConfig } from './config.ts';
import { weightShapes } from './weights.ts';

/** A model as read from its folder, on the host. */
export interface LoadedModel {
  config: ModelConfig;
  parameters: Map<string, HostTensor>;
}

/** Reads configuration and weights of a Hugging Face model folder. Throws `invalid_checkpoint` or `invalid_safetensors`. */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const config = await loadConfig(folder);
  const stored = await readCheckpoint(folder);
  const parameters = new Map<string, HostTensor>();
  for (const name of weightShapes(config).keys()) {
    const tensor = stored.get(name);
    if (tensor !== undefined) parameters.set(name, { shape: tensor.shape, data: tensor.data });
  }
  return { config, parameters };
}
