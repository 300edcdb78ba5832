import { checkWeightFiles } from '../../files/model-folder.ts';
import { openCheckpoint } from '../../safetensors/read-checkpoint.ts';
import type { HostTensor } from '../host-tensor.ts';
import { loadConfig, type ModelConfig } from './config.ts';
import { weightShapes } from './weights.ts';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/** A model as opened from its folder: a parameter is read when its `data` is asked for, which an engine does once. */
export interface LoadedModel {
  config: ModelConfig;
  parameters: Map<string, HostTensor>;
}

/**
 * Opens a Hugging Face model folder: reads its configuration and the headers of its weights. Where the configuration ties the embeddings and the checkpoint holds
 * another `lm_head.weight`, the head is kept, as in transformers 5. Throws `invalid_checkpoint` or `invalid_safetensors`.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const declared = await loadConfig(folder);
  await checkWeightFiles(folder);
  const stored = await openCheckpoint(folder);
  const config = untieOtherHead(declared, stored);
  const parameters = new Map<string, HostTensor>();
  for (const name of weightShapes(config).keys()) {
    const tensor = stored.get(name);
    if (tensor !== undefined) parameters.set(name, tensor);
  }
  return { config, parameters };
}

/** The configuration that fits the weights: with an own head where `lm_head.weight` is there and differs from the tied embedding. */
export function untieOtherHead(config: ModelConfig, weights: ReadonlyMap<string, Pick<HostTensor, 'data'>>): ModelConfig {
  const [head, embedding] = [weights.get(HEAD), weights.get(EMBEDDING)];
  if (!config.text.tieWordEmbeddings || head === undefined || embedding === undefined || sameValues(head.data, embedding.data))
    return config;
  return { ...config, text: { ...config.text, tieWordEmbeddings: false } };
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
