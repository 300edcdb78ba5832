// How much memory it takes to open a model folder in BF16 shards and bring it to the device, beyond what the device itself holds: the highest
// resident memory of a process that does so, against one that holds tensors of the same size and nothing else.
//
//   node benchmarks/engine/load-memory.mjs
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { createLocalEngine, initialize, loadModel, parseConfig, selectBackend, weightShapes, writeSafetensors } from '@vtriune/trainer';

const SHARDS = 6;
const SOURCE = {
  model_type: 'qwen2_5_vl',
  vocab_size: 32_000,
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 10,
  num_attention_heads: 16,
  num_key_value_heads: 4,
  rope_scaling: { type: 'mrope', mrope_section: [8, 12, 12] },
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
    out_hidden_size: 1024,
    fullatt_block_indexes: [1],
  },
};

async function writeShards(folder) {
  const config = parseConfig(SOURCE);
  const all = [...initialize(config, 1)];
  const total = all.reduce((sum, [, { data }]) => sum + data.length * 2, 0);
  const weight_map = {};
  let shard = [];
  let size = 0;
  let number = 1;
  for (const [index, [name, tensor]] of all.entries()) {
    shard.push([name, tensor]);
    size += tensor.data.length * 2;
    if (size < total / SHARDS && index + 1 < all.length) continue;
    const file = `model-${String(number++)}.safetensors`;
    await writeSafetensors(join(folder, file), new Map(shard), { dtype: 'BF16' });
    for (const [own] of shard) weight_map[own] = file;
    [shard, size] = [[], 0];
  }
  await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
  await writeFile(join(folder, 'config.json'), JSON.stringify(SOURCE));
  return { shards: number - 1, total };
}

async function hold(folder) {
  await selectBackend({ prefer: ['wasm'] });
  if (folder === undefined) {
    for (const shape of weightShapes(parseConfig(SOURCE)).values())
      tf.keep(tf.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), [...shape]));
  } else
    createLocalEngine({ ...(await loadModel(folder)), frozen: ['vit', 'connector', 'llm'], paddingTokenId: 0, tokensPerMicroBatch: 64 });
  return { peak: process.resourceUsage().maxRSS / 1024, device: tf.memory().numBytes / 2 ** 20 };
}

function inChild(...parameters) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), parameters);
    child.on('message', resolve);
    child.on('exit', (code) => code !== 0 && reject(new Error(`${parameters[0]} ended with code ${code}`)));
  });
}

if (process.send !== undefined) {
  const [task, folder] = process.argv.slice(2);
  process.send(task === 'write' ? await writeShards(folder) : await hold(folder));
  process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), 'shards-'));
try {
  const { shards, total } = await inChild('write', folder);
  const [tensors, model] = [await inChild('hold'), await inChild('hold', folder)];
  const megabytes = (value) => `${value.toFixed(0)} MB`;
  const largest = Math.max(...[...weightShapes(parseConfig(SOURCE)).values()].map((shape) => shape.reduce((a, b) => a * b, 4))) / 2 ** 20;
  console.log(
    `${shards} shards, ${megabytes(total / 2 ** 20)} in BF16, ${megabytes(model.device)} on the device in float32; largest tensor ${megabytes(largest)}`,
  );
  console.log(
    `highest resident memory: tensors alone ${megabytes(tensors.peak)}, model opened from its folder ${megabytes(model.peak)}, difference ${megabytes(model.peak - tensors.peak)}`,
  );
} finally {
  await rm(folder, { recursive: true });
}
