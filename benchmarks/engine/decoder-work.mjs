// The work of a whole step for decoders of any width: 8 prompts of 60 tokens with 8 responses of 24 each, sampled, then one update on them.
// Tokens come from the index, so that other programs can make the same.
import { packRow, parseConfig, weightShapes } from '@vtriune/trainer';

export const PROMPTS = 8;
export const RESPONSES = 8;
export const PROMPT_TOKENS = 60;
export const RESPONSE_TOKENS = 24;

/** A model of four decoder blocks and a small vision tower that nothing uses. */
export function configOf(width) {
  return parseConfig({
    model_type: 'qwen2_5_vl',
    vocab_size: 512,
    hidden_size: width,
    intermediate_size: width * 3,
    num_hidden_layers: 4,
    num_attention_heads: Math.max(2, width / 64),
    num_key_value_heads: 2,
    tie_word_embeddings: true,
    rope_scaling: { type: 'mrope', mrope_section: width === 64 ? [4, 6, 6] : [8, 12, 12] },
    image_token_id: 5,
    vision_start_token_id: 3,
    vision_config: {
      depth: 2,
      hidden_size: 64,
      intermediate_size: 128,
      num_heads: 2,
      patch_size: 8,
      spatial_merge_size: 2,
      temporal_patch_size: 2,
      window_size: 32,
      out_hidden_size: width,
      fullatt_block_indexes: [1],
    },
  });
}

/** What an engine is given to train the decoder of a configuration, all of its weights. */
export function modelOf(config) {
  return { config, parameters: madeUpWeights(config), frozen: ['vit', 'connector'], paddingTokenId: 0, tokensPerMicroBatch: 4096 };
}

/** Parameters of the right size for any model. A block of noise is repeated, since drawing each weight by itself takes minutes. */
export function madeUpWeights(config) {
  const noise = makeNoise();
  const blocks = new Map();
  const blockOf = (deviation) => {
    if (!blocks.has(deviation))
      blocks.set(
        deviation,
        noise.map((value) => value * deviation),
      );
    return blocks.get(deviation);
  };
  const parameters = new Map();
  for (const [name, shape] of weightShapes(config)) {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    const inputs = shape.slice(1).reduce((product, side) => product * side, 1);
    const residual = /(o_proj|down_proj|attn\.proj)\.weight$/.test(name) ? Math.sqrt(2 * config.text.layers) : 1;
    if (shape.length > 1) fill(data, blockOf(1 / (residual * Math.sqrt(inputs))));
    else if (!name.endsWith('.bias')) data.fill(1);
    parameters.set(name, { shape, data });
  }
  return parameters;
}

function fill(data, block) {
  for (let start = 0; start < data.length; start += block.length)
    data.set(block.subarray(0, Math.min(block.length, data.length - start)), start);
}

/** Uniform numbers of deviation 1; their count is prime to every width. */
function makeNoise() {
  let state = 1;
  return Float32Array.from({ length: 4_194_301 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * Math.sqrt(3);
  });
}

/** Prompts, how they are sampled, and the update on rows that are made up. */
export function stepOf(config) {
  const tokens = (length, offset) => Array.from({ length }, (_, i) => 40 + ((i * 7 + offset) % 200));
  const prompts = Array.from({ length: PROMPTS }, (_, key) => ({ tokenIds: tokens(PROMPT_TOKENS, key), images: [], key }));
  const responses = Array.from({ length: RESPONSES }, (_, g) => ({
    tokenIds: tokens(RESPONSE_TOKENS, g),
    trainFrom: 0,
    advantage: g - 3.5,
  }));
  const update = {
    rows: prompts.map((prompt) => packRow(prompt, responses, config)),
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: PROMPTS * RESPONSES * RESPONSE_TOKENS, sequences: PROMPTS * RESPONSES },
    learningRate: 1e-6,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  };
  const sampling = {
    groupSize: RESPONSES,
    maxNewTokens: RESPONSE_TOKENS,
    temperature: 1,
    topP: 1,
    topK: 0,
    seed: 1,
    stopTokenIds: [],
  };
  return { prompts, update, sampling };
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
