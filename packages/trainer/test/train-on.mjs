// Trains a small model on a backend and prints what came out of it: `node train-on.mjs BACKEND RANKS [OPTIMIZER]`, after the build.
import { createHash } from 'node:crypto';
import { createLocalEngine, createParallelEngine, initialize, packRow, parseConfig, selectBackend } from '../dist/index.js';

const [backend, ranks, optimizer] = [process.argv[2], Number(process.argv[3]), process.argv[4] ?? 'auto'];
const config = parseConfig({
  model_type: 'qwen2_5_vl',
  vocab_size: 64,
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
  rope_scaling: { type: 'mrope', mrope_section: [2, 3, 3] },
  image_token_id: 5,
  vision_start_token_id: 3,
  vision_config: {
    depth: 2,
    hidden_size: 32,
    intermediate_size: 48,
    num_heads: 2,
    patch_size: 4,
    spatial_merge_size: 2,
    temporal_patch_size: 1,
    window_size: 16,
    out_hidden_size: 64,
    fullatt_block_indexes: [1],
  },
});
const model = { config, parameters: initialize(config, 1), frozen: [], paddingTokenId: 0, tokensPerMicroBatch: 512, optimizer };
const engine = ranks === 1 ? await localEngine() : await createParallelEngine({ ...model, ranks, backend: [backend] });
const image = { grid: [1, 4, 4], patches: Float32Array.from({ length: 16 * 48 }, (_, i) => Math.sin(i)) };
const prompts = Array.from({ length: 4 }, (_, key) => ({ tokenIds: [1, 3, 5, 5, 5, 5, 4, 10 + key, 20, 30], images: [image], key }));
const sampling = { groupSize: 4, maxNewTokens: 8, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [7] };
const generations = await engine.generate(prompts, sampling);
const rows = prompts.map((prompt, p) =>
  packRow(
    prompt,
    generations[p].map(({ tokenIds }, g) => ({ tokenIds: tokenIds.filter((id) => id !== 5), trainFrom: 0, advantage: g - 1.5 })),
    config,
  ),
);
const update = {
  rows,
  objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
  temperature: 1,
  normalizer: { tokens: rows.reduce((sum, row) => sum + row.targets.length, 0), sequences: 16 },
  learningRate: 1e-3,
  gradientClip: 1,
  adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
};
const reports = [];
for (let step = 0; step < 4; step++) reports.push(await engine.update(update));
const hash = createHash('sha256');
for (const { data } of (await engine.snapshot()).parameters.values()) hash.update(data);
await engine.close();
const result = {
  entropies: reports.map(({ entropy }) => entropy),
  norms: reports.map(({ gradientNorm }) => gradientNorm),
  tokens: generations.flat().map(({ tokenIds }) => tokenIds),
  weights: hash.digest('hex'),
};
process.stdout.write(`${JSON.stringify(result)}\n`);

async function localEngine() {
  await selectBackend({ prefer: [backend] });
  return createLocalEngine(model);
}
