// One LoRA step of a model in the shape of Qwen2.5-VL-3B with made-up weights: sampling with an image, then an update.
//   node gpu-large.mjs BACKEND [--layers 36] [--depth 32] [--text 40] [--responses 4] [--tokens 32] [--checkpointing] [--optimizer host]
// Prints one line of JSON. `text` is the number of tokens of a prompt beside its image.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {
  countParameters,
  createAdapter,
  createLocalEngine,
  nativeEnvironment,
  packRow,
  parseConfig,
  selectBackend,
} from '@vtriune/trainer';
import { madeUpWeights } from './decoder-work.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    layers: { type: 'string', default: '36' },
    depth: { type: 'string', default: '32' },
    text: { type: 'string', default: '40' },
    responses: { type: 'string', default: '4' },
    tokens: { type: 'string', default: '32' },
    checkpointing: { type: 'boolean', default: false },
    optimizer: { type: 'string', default: 'auto' },
  },
});
const [backend] = positionals;
const [layers, depth, text, responses, newTokens] = ['layers', 'depth', 'text', 'responses', 'tokens'].map((name) => Number(options[name]));
const config = parseConfig({
  model_type: 'qwen2_5_vl',
  vocab_size: 151_936,
  hidden_size: 2048,
  intermediate_size: 11_008,
  num_hidden_layers: layers,
  num_attention_heads: 16,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
  tie_word_embeddings: true,
  rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
  image_token_id: 151_655,
  vision_start_token_id: 151_652,
  vision_config: {
    depth,
    hidden_size: 1280,
    intermediate_size: 3420,
    num_heads: 16,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    window_size: 112,
    out_hidden_size: 2048,
    fullatt_block_indexes: [7, 15, 23, 31].filter((index) => index < depth),
  },
});

Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks: 1, cores: 8 }));
const seconds = {};
async function timed(name, work) {
  const began = performance.now();
  const result = await work();
  seconds[name] = (performance.now() - began) / 1000;
  return result;
}

const report = await timed('backend', () => selectBackend({ prefer: [backend] }));
const parameters = await timed('weights', () => madeUpWeights(config));
const adapter = createAdapter(config, { rank: 16 });
const trained = [...adapter.parameters].reduce((sum, [name, { data }]) => sum + (name.endsWith('_scaling') ? 0 : data.length), 0);
const engine = await timed('engine', () =>
  createLocalEngine({
    config,
    parameters: new Map([...parameters, ...adapter.parameters]),
    frozen: ['vit', 'connector'],
    paddingTokenId: 151_643,
    tokensPerMicroBatch: 2048,
    gradientCheckpointing: options.checkpointing,
    optimizer: options.optimizer,
  }),
);
parameters.clear();
const image = { grid: [1, 24, 24], patches: Float32Array.from({ length: 24 * 24 * 1176 }, (_, i) => Math.sin(i)) };
const prompts = Array.from({ length: 2 }, (_, key) => ({
  key,
  tokenIds: [151_652, ...Array(144).fill(151_655), 151_653, ...Array.from({ length: text }, (_, i) => 1000 + i * 7 + key)],
  images: [image],
}));
const sampling = { groupSize: responses, maxNewTokens: newTokens, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [] };
const steps = [];
for (let step = 0; step < 3; step++) {
  const began = performance.now();
  const generations = await engine.generate(prompts, sampling);
  const between = performance.now();
  const rows = prompts.map((prompt, p) =>
    packRow(
      prompt,
      generations[p].map(({ tokenIds }, g) => ({ tokenIds: tokenIds.filter((id) => id < 151_600), trainFrom: 0, advantage: g - 1.5 })),
      config,
    ),
  );
  const update = await engine.update({
    rows,
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: rows.reduce((sum, { targets }) => sum + targets.length, 0), sequences: 2 * responses },
    learningRate: 1e-5,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  });
  steps.push({
    rollout: (between - began) / 1000,
    update: (performance.now() - between) / 1000,
    tokens: generations.flat().reduce((sum, { tokenIds }) => sum + tokenIds.length, 0),
    loss: update.loss,
    gradientNorm: update.gradientNorm,
    entropy: update.entropy,
    tensors: tf.memory().numTensors,
  });
}
const gpuMemory = report.gpu
  ? execFileSync('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader'], { encoding: 'utf8' }).trim()
  : undefined;
const { vit, connector, llm } = countParameters(config);
const result = {
  backend,
  gpu: report.gpu,
  ...options,
  parameters: vit + connector + llm,
  trained,
  seconds,
  steps,
  gpuMemory,
  hostMemoryMB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
