// A whole step of a decoder of one width on one backend, repeated: `node gpu-widths.mjs BACKEND WIDTH RANKS STEPS [OPTIMIZER]`, where the
// optimizer is `auto` or `host`. Prints one line of JSON; `processor` is time of all threads, and `moved` are the bytes of a step between the host
// and a native backend. Weights that an update changed on the host go up in the rollout after it.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { createLocalEngine, createParallelEngine, nativeEnvironment, selectBackend } from '@vtriune/trainer';
import { countMoved } from './moved-bytes.mjs';
import { configOf, median, modelOf, stepOf } from './decoder-work.mjs';

const [backend, width, ranks, steps] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const optimizer = process.argv[6] ?? 'auto';
Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks, cores: availableParallelism() }));
const config = configOf(width);
const report = await selectBackend({ prefer: [backend] });
const model = { ...modelOf(config), optimizer };
const counter = countMoved();
const engine = ranks === 1 ? createLocalEngine(model) : await createParallelEngine({ ...model, ranks, backend: [backend] });
const { prompts, update, sampling } = stepOf(config);
const seconds = { rollout: [], update: [] };
const processor = { rollout: [], update: [] };
let moved;
let tensors = 0;
let first;
for (let step = 0; step < steps; step++) {
  const before = processorSeconds();
  const began = performance.now();
  await engine.generate(prompts, sampling);
  const between = performance.now();
  const after = processorSeconds();
  const { loss, gradientNorm } = await engine.update(update);
  first ??= { loss, gradientNorm, rollout: (between - began) / 1000, update: (performance.now() - between) / 1000 };
  seconds.rollout.push((between - began) / 1000);
  seconds.update.push((performance.now() - between) / 1000);
  moved = counter?.take();
  processor.rollout.push(after - before);
  processor.update.push(processorSeconds() - after);
  if (step === 0) tensors = tf.memory().numTensors;
}
const tensorsLeft = tf.memory().numTensors - tensors;
await engine.close();
const result = {
  backend,
  gpu: report.gpu,
  width,
  ranks,
  optimizer,
  first,
  rollout: median(later(seconds.rollout)),
  update: median(later(seconds.update)),
  processor: { rollout: median(later(processor.rollout)), update: median(later(processor.update)) },
  moved,
  all: seconds,
  tensorsLeft,
  hostMemoryMB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** All but the first step, which compiles and allocates. */
function later(all) {
  return all.length > 1 ? all.slice(1) : all;
}
