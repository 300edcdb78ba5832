import { at } from '@vtriune/format/at';
import type { HostTensor } from '../host-tensor.ts';
import { counterRandom } from '../../counter-random.ts';
import type { ModelConfig } from './config.ts';
import { weightShapes } from './weights.ts';

/**
 * Fresh parameters: norms 1, biases 0, matrices normal with deviation `1/sqrt(inputs)` and, where they write into the residual stream,
 * smaller by `sqrt(2 * layers)` (as in GPT-2). Embeddings have deviation 0.02 times the square root of their width over 32. The first of
 * the query heads that share a key head starts as a copy of it: a fresh decoder attends to what resembles the asking token.
 */
export function initialize(config: ModelConfig, seed: number): Map<string, HostTensor> {
  const parameters = new Map<string, HostTensor>();
  let index = 0;
  for (const [name, shape] of weightShapes(config)) {
    const size = shape.reduce((product, side) => product * side, 1);
    const data = new Float32Array(size);
    if (name.endsWith('.bias')) data.fill(0);
    else if (shape.length === 1) data.fill(1);
    else fillNormal(data, { deviation: deviationOf(name, shape, config), seed, index });
    parameters.set(name, { shape, data });
    index++;
  }
  for (let layer = 0; layer < config.text.layers; layer++) alignQueries(parameters, config, layer);
  return parameters;
}

function alignQueries(parameters: ReadonlyMap<string, HostTensor>, { text }: ModelConfig, layer: number): void {
  const prefix = `model.layers.${String(layer)}.self_attn`;
  const queries = parameters.get(`${prefix}.q_proj.weight`);
  const keys = parameters.get(`${prefix}.k_proj.weight`);
  const headLength = text.headSize * text.hiddenSize;
  const shared = text.heads / text.keyHeads;
  for (let head = 0; head < text.keyHeads; head++) {
    const key = keys?.data.subarray(head * headLength, (head + 1) * headLength);
    if (key !== undefined) queries?.data.set(key, head * shared * headLength);
  }
}

function deviationOf(name: string, shape: readonly number[], config: ModelConfig): number {
  if (name === 'model.embed_tokens.weight') return 0.02 * Math.sqrt(at(shape, 1) / 32);
  const inputs = shape.slice(1).reduce((product, side) => product * side, 1);
  const layers = name.startsWith('visual.') ? config.vision.depth : config.text.layers;
  const residual = /(o_proj|down_proj|attn\.proj)\.weight$/.test(name);
  return (residual ? 1 / Math.sqrt(2 * layers) : 1) / Math.sqrt(inputs);
}

/** Box-Muller over counter-based uniforms, so that a parameter's values do not depend on the others. */
function fillNormal(data: Float32Array, options: { deviation: number; seed: number; index: number }): void {
  for (let i = 0; i < data.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - counterRandom(options.seed, options.index, i)));
    const angle = 2 * Math.PI * counterRandom(options.seed, options.index, i + 1);
    data[i] = options.deviation * radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] = options.deviation * radius * Math.sin(angle);
  }
}
