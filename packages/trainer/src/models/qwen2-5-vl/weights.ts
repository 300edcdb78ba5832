import type * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
import type { ModelConfig, TextConfig } from './config.ts';
import { visionWeightShapes } from './vision-config.ts';

/** All parameters by their Hugging Face names; whoever made the map owns the tensors. */
export type Weights = ReadonlyMap<string, tf.Tensor>;

/** The three parts that can be frozen on their own: vision tower, connector (patch merger) and language model. */
export type ModelPart = 'vit' | 'connector' | 'llm';

/** The part that a parameter belongs to. */
export function partOf(name: string): ModelPart {
  if (name.startsWith('visual.merger.')) return 'connector';
  return name.startsWith('visual.') ? 'vit' : 'llm';
}

/** A parameter by name. Throws `invalid_checkpoint` where the checkpoint lacks it. */
export function weight(weights: Weights, name: string): tf.Tensor {
  const tensor = weights.get(name);
  if (tensor !== undefined) return tensor;
  throw new TrainerError(
    'invalid_checkpoint',
    `The checkpoint lacks the parameter ${name}. Compare config.json with the tensors of model.safetensors.`,
  );
}

/** Those of the trained parameters whose name begins with `prefix`, and all weights with other tensors in their places. */
export function trainedOf(
  weights: Weights,
  trained: ReadonlySet<string>,
  prefix: string,
): { tensors: tf.Tensor[]; replacedBy: (tensors: readonly tf.Tensor[]) => Weights } {
  const names = [...weights.keys()].filter((name) => name.startsWith(prefix) && trained.has(name));
  return {
    tensors: names.map((name) => weight(weights, name)),
    replacedBy: (tensors) => new Map([...weights, ...names.map((name, index) => [name, at(tensors, index)] as const)]),
  };
}

/** Every parameter of a model with its shape, in checkpoint order. */
export function weightShapes(config: ModelConfig): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>(visionWeightShapes(config.vision));
  const { hiddenSize, vocabularySize, tieWordEmbeddings } = config.text;
  shapes.set('model.embed_tokens.weight', [vocabularySize, hiddenSize]);
  for (let layer = 0; layer < config.text.layers; layer++) {
    for (const [name, shape] of layerShapes(config.text)) shapes.set(`model.layers.${String(layer)}.${name}`, shape);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!tieWordEmbeddings) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}

function layerShapes(config: TextConfig): [string, number[]][] {
  const { hiddenSize, intermediateSize } = config;
  const queries = config.heads * config.headSize;
  const keys = config.keyHeads * config.headSize;
  return [
    ['self_attn.q_proj.weight', [queries, hiddenSize]],
    ['self_attn.q_proj.bias', [queries]],
    ['self_attn.k_proj.weight', [keys, hiddenSize]],
    ['self_attn.k_proj.bias', [keys]],
    ['self_attn.v_proj.weight', [keys, hiddenSize]],
    ['self_attn.v_proj.bias', [keys]],
    ['self_attn.o_proj.weight', [hiddenSize, queries]],
    ['mlp.gate_proj.weight', [intermediateSize, hiddenSize]],
    ['mlp.up_proj.weight', [intermediateSize, hiddenSize]],
    ['mlp.down_proj.weight', [hiddenSize, intermediateSize]],
    ['input_layernorm.weight', [hiddenSize]],
    ['post_attention_layernorm.weight', [hiddenSize]],
  ];
}
