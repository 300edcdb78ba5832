// From which width on the native library is faster than wasm: a whole step (8 prompts x 8 responses sampled, then one update) of decoders of
// growing width, on both, in turn. One process a measurement, so that none inherits the other's memory; medians of alternating rounds.
//
//   node benchmarks/engine/backends.mjs [ranks] [rounds] [widths]     after `orsta backend install cpu`
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createParallelEngine, initialize, nativeEnvironment } from '@vtriune/trainer';
import { configOf, median, stepOf } from './decoder-work.mjs';

const WIDTHS = (process.argv[4] ?? '64,128,256,512,1024').split(',').map(Number);
const STEPS = 3;

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
  const { prompts, update, sampling } = stepOf(config);
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
