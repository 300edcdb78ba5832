// Compares the stock wasm kernels of TensorFlow.js with the kernel pack: matrix products in GFLOP/s, other operations
// and one training step in milliseconds, the best of several runs each. Run it after a build of the package:
//   node scripts/bench-kernels.mjs [--quick] [--json]
// Node 20 computes with fused multiply-add only under --experimental-wasm-relaxed-simd; Node 22 needs no flag.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { createTransformerStep, DEFAULT_SIZE } from './bench-transformer.mjs';

const PRODUCTS = [
  { name: 'linear, prompt', a: [256, 128], b: [128, 512] },
  { name: 'square', a: [512, 512], b: [512, 512] },
  { name: 'linear, batch', a: [4096, 384], b: [128, 384], transposeB: true },
  { name: 'gradient of a weight', a: [4096, 384], b: [4096, 128], transposeA: true },
  { name: 'attention scores', a: [64, 4, 48, 32], b: [64, 4, 48, 32], transposeB: true },
  { name: 'attention values', a: [64, 4, 48, 48], b: [64, 4, 48, 32] },
  { name: 'decoding scores', a: [32, 8, 2, 32], b: [32, 8, 128, 32], transposeB: true },
  { name: 'decoding, one row', a: [1, 128], b: [128, 512] },
];

const OPERATIONS = {
  'exp [8192,128]': ({ x }) => tf.exp(x),
  'sigmoid [8192,128]': ({ x }) => tf.sigmoid(x),
  'maximum [8192,128]': ({ x, y }) => tf.maximum(x, y),
  'mul [8192,128]*[128]': ({ x, row }) => tf.mul(x, row),
  'sum over rows [8192,128]': ({ x }) => tf.sum(x, 0),
  'softmax [16384,128]': ({ scores }) => tf.softmax(scores),
  'where [8192,128]': ({ condition, x, y }) => tf.where(condition, x, y),
  'concat of the last axis': ({ x, y }) => tf.concat([x, y], 1),
  'split of the last axis': ({ x }) => tf.split(x, 2, 1),
  'tile x2': ({ x }) => tf.tile(tf.reshape(x, [8192, 1, 128]), [1, 2, 1]),
  'gather 4096 rows': ({ table, ids }) => tf.gather(table, ids),
};

/** Measures all of it with one setting of `selectBackend`. */
export async function measureKernels(selectBackend, { kernelPack, quick = false }) {
  const backend = await selectBackend({ prefer: ['wasm'], kernelPack });
  const milliseconds = quick ? 60 : 400;
  const results = { backend, products: {}, operations: {}, step: undefined };
  for (const product of PRODUCTS) results.products[product.name] = measureProduct(product, milliseconds);
  const inputs = createInputs();
  for (const [name, run] of Object.entries(OPERATIONS))
    results.operations[name] = best(() => tf.dispose(tf.tidy(() => run(inputs))), milliseconds);
  tf.dispose(inputs);
  // The stock backend has no gradient of a gather, so its step cannot run; the pack is measured alone.
  if (kernelPack) results.step = best(createTransformerStep(tf, DEFAULT_SIZE), quick ? 1 : 15_000);
  return results;
}

function measureProduct({ a, b, transposeA = false, transposeB = false }, milliseconds) {
  const [x, y] = [tf.randomUniform(a, -1, 1), tf.randomUniform(b, -1, 1)];
  const size = (shape) => shape.reduce((product, length) => product * length, 1);
  const columns = transposeB ? b.at(-2) : b.at(-1);
  const elapsed = best(() => tf.dispose(tf.matMul(x, y, transposeA, transposeB)), milliseconds);
  tf.dispose([x, y]);
  return (2 * size(a) * columns) / elapsed / 1e6;
}

function createInputs() {
  const random = (...shape) => tf.randomUniform(shape, -1, 1);
  const x = random(8192, 128);
  return {
    x,
    y: random(8192, 128),
    row: random(128),
    scores: random(32, 4, 128, 128),
    condition: tf.tidy(() => tf.greater(x, 0)),
    table: random(512, 128),
    ids: tf.randomUniform([4096], 0, 512, 'int32'),
  };
}

function best(run, milliseconds) {
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + milliseconds;
  for (let count = 0; count < 3 || performance.now() < end; count++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function toTable(stock, pack) {
  const line = (name, a, b) => `${name.padEnd(28)}${a.toFixed(2).padStart(12)}${b.toFixed(2).padStart(12)}`;
  return [
    `${'GFLOP/s'.padEnd(28)}${'stock'.padStart(12)}${'pack'.padStart(12)}`,
    ...Object.keys(pack.products).map((name) => line(name, stock.products[name], pack.products[name])),
    '',
    `${'milliseconds'.padEnd(28)}${'stock'.padStart(12)}${'pack'.padStart(12)}`,
    ...Object.keys(pack.operations).map((name) => line(name, stock.operations[name], pack.operations[name])),
    '',
    `training step (4 layers, hidden 128, 128 positions, batch 32): ${pack.step.toFixed(0)} ms with the pack`,
    `fused multiply-add: ${pack.backend.fusedMultiplyAdd}`,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  if (!existsSync(built)) throw new Error(`${built} is missing: build the package first (pnpm --filter @vtriune/trainer build).`);
  const { selectBackend } = await import(pathToFileURL(built).href);
  const quick = process.argv.includes('--quick');
  const stock = await measureKernels(selectBackend, { kernelPack: false, quick });
  const pack = await measureKernels(selectBackend, { kernelPack: true, quick });
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify({ stock, pack }, null, 2)}\n` : `${toTable(stock, pack)}\n`);
}
