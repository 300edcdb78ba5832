// From which width on the native library is faster than wasm: a whole step (8 prompts x 8 responses sampled, then one update) of decoders of
// growing width, on both, in turn. One process a measurement, so that none inherits the other's memory; medians of alternating rounds.
//
//   node benchmarks/engine/backends.mjs [ranks] [rounds] [widths]     after `orsta backend install cpu`
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createParallelEngine, initialize, nativeEnvironment, packRow, parseConfig } from '@vtriune/trainer';

const WIDTHS = (process.argv[4] ?? '64,128,256,512,1024').split(',').map(Number);
const PROMPTS = 8;
const RESPONSES = 8;
const STEPS = 3;

function configOf(width) {
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

async function measure({ backend, width, ranks }) {
  Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks, cores: availableParallelism() }));
  const config = configOf(width);
  const engine = await createParallelEngine({
    config,
    parameters: initialize(config, 1),
    frozen: ['vit', 'connector'],
    paddingTokenId: 0,
    tokensPerMicroBatch: 1024,
    ranks,
    backend: [backend],
  });
  const tokens = (length, offset) => Array.from({ length }, (_, i) => 40 + ((i * 7 + offset) % 200));
  const prompts = Array.from({ length: PROMPTS }, (_, key) => ({ tokenIds: tokens(60, key), images: [], key }));
  const responses = Array.from({ length: RESPONSES }, (_, g) => ({ tokenIds: tokens(24, g), trainFrom: 0, advantage: g - 3.5 }));
  const update = {
    rows: prompts.map((prompt) => packRow(prompt, responses, config)),
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: PROMPTS * RESPONSES * 24, sequences: PROMPTS * RESPONSES },
    learningRate: 1e-6,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  };
  const sampling = { groupSize: RESPONSES, maxNewTokens: 24, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [] };
  const seconds = { rollout: [], update: [] };
  for (let step = 0; step < STEPS; step++) {
    const began = performance.now();
    await engine.generate(prompts, sampling);
    const between = performance.now();
    await engine.update(update);
    seconds.rollout.push((between - began) / 1000);
    seconds.update.push((performance.now() - between) / 1000);
  }
  await engine.close();
  const memory = process.resourceUsage().maxRSS / 1024;
  return { rollout: Math.min(...seconds.rollout), update: Math.min(...seconds.update), memory };
}

function inChild(task) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)]);
    child.on('message', resolve);
    child.on('exit', (code) => code !== 0 && reject(new Error(`${task.backend} at width ${task.width} ended with code ${code}`)));
  });
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

if (process.send !== undefined) {
  process.send(await measure(JSON.parse(process.argv[2])));
  process.exit(0);
}
const ranks = Number(process.argv[2] ?? 2);
const rounds = Number(process.argv[3] ?? 3);
console.log(
  `| width | ${['wasm', 'tfjs-node'].map((name) => `${name}: rollout, update, step (s), memory (MB)`).join(' | ')} | native / wasm |`,
);
for (const width of WIDTHS) {
  const runs = { wasm: [], 'tfjs-node': [] };
  for (let round = 0; round < rounds; round++)
    for (const backend of Object.keys(runs)) runs[backend].push(await inChild({ backend, width, ranks }));
  const rows = Object.values(runs).map((all) => ({
    rollout: median(all.map((one) => one.rollout)),
    update: median(all.map((one) => one.update)),
    step: median(all.map((one) => one.rollout + one.update)),
    memory: median(all.map((one) => one.memory)),
  }));
  const cells = rows.map((row) => `${row.rollout.toFixed(3)}, ${row.update.toFixed(3)}, ${row.step.toFixed(3)}, ${row.memory.toFixed(0)}`);
  console.log(`| ${width} | ${cells.join(' | ')} | ${(rows[1].step / rows[0].step).toFixed(2)} |`);
}
