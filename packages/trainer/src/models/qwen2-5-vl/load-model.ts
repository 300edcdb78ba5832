import { TrainerError } from '../../errors.ts';
import { checkWeightFiles } from '../../files/model-folder.ts';
import { readCheckpoint } from '../../safetensors/read-checkpoint.ts';
import type { StoredTensor } from '../../safetensors/read-safetensors.ts';
import type { HostTensor } from '../host-tensor.ts';
import { loadConfig, type ModelConfig } from './config.ts';
import { weightShapes } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/** A model as read from its folder, on the host. */
export interface LoadedModel {
  config: ModelConfig;
  parameters: Map<string, HostTensor>;
}

/**
 * Reads configuration and weights of a Hugging Face model folder. Where the configuration ties the embeddings and the checkpoint holds
 * another `lm_head.weight`, the head is kept, as in transformers 5. Throws `invalid_checkpoint` or `invalid_safetensors`.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const declared = await loadConfig(folder);
  await checkWeightFiles(folder);
  const stored = await readCheckpoint(folder);
  const config = untieOtherHead(declared, stored);
  const parameters = new Map<string, HostTensor>();
  for (const name of weightShapes(config).keys()) {
    const tensor = stored.get(name);
    if (tensor === undefined) continue;
    checkFinite(folder, name, tensor.data);
    parameters.set(name, { shape: tensor.shape, data: tensor.data });
  }
  return { config, parameters };
}

/** The configuration that fits the weights: with an own head where `lm_head.weight` is there and differs from the tied embedding. */
export function untieOtherHead(config: ModelConfig, weights: ReadonlyMap<string, Pick<StoredTensor, 'data'>>): ModelConfig {
  const head = weights.get(HEAD)?.data;
  const embedding = weights.get(EMBEDDING)?.data;
  if (!config.text.tieWordEmbeddings || head === undefined || embedding === undefined || sameValues(head, embedding)) return config;
  return { ...config, text: { ...config.text, tieWordEmbeddings: false } };
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function checkFinite(folder: string, name: string, data: Float32Array): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return;
  throw new TrainerError(
    'invalid_checkpoint',
    `${folder}: ${name} holds ${String(data[index])} at index ${String(index)}; every weight must be finite. Use an earlier checkpoint of the run that wrote it, or download the folder again.`,
  );
}
