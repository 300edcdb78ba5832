// A training step of a small transformer at batch 32 on stock wasm and with the kernel pack, in the same run: the ratio is what counts.
// Stock wasm cannot take the gradient of an embedding, so it gets the one missing kernel and nothing else.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '@vtriune/trainer';
import { createTransformerStep, DEFAULT_SIZE } from '../../packages/trainer/scripts/bench-transformer.mjs';

const RUNS = { stock: 2, pack: 8 };

async function measure(variant) {
  await selectBackend({ prefer: ['wasm'], kernelPack: variant === 'pack' });
  if (variant === 'stock') registerSegmentSum();
  const step = createTransformerStep(tf, DEFAULT_SIZE);
  step();
  const seconds = Array.from({ length: RUNS[variant] }, () => {
    const began = performance.now();
    step();
    return (performance.now() - began) / 1000;
  });
  return Math.min(...seconds);
}

function registerSegmentSum() {
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs: { x, segmentIds }, backend, attrs: { numSegments } }) => {
      const [values, ids] = [backend.readSync(x.dataId), backend.readSync(segmentIds.dataId)];
      const width = values.length / ids.length;
      const sums = new Float32Array(numSegments * width);
      ids.forEach((id, row) => {
        for (let i = 0; i < width; i++) sums[id * width + i] += values[row * width + i];
      });
      const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
      return { dataId: backend.write(sums, shape, 'float32'), shape, dtype: 'float32' };
    },
  });
}

function inChild(variant) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [variant]);
    child.on('message', resolve);
    child.on('exit', (code) => code !== 0 && reject(new Error(`the measurement of ${variant} ended with code ${code}`)));
  });
}

if (process.send !== undefined) {
  process.send(await measure(process.argv[2]));
  process.exit(0);
}
const [stock, pack] = [await inChild('stock'), await inChild('pack')];
console.log(
  `training step, batch ${DEFAULT_SIZE.batch}, ${DEFAULT_SIZE.positions} positions: stock wasm ${stock.toFixed(2)} s, kernel pack ${pack.toFixed(2)} s, ratio ${(stock / pack).toFixed(1)}x`,
);
