// How much faster two ranks are than one, and how fast responses are sampled, on orsta-nano. One process a rank count, so that none
// inherits the other's memory; best of several runs, because the machine may be shared.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createParallelEngine, loadModel, packRow } from '@vtriune/trainer';

const MODEL = fileURLToPath(new URL('../../apps/orsta/models/orsta-nano-base', import.meta.url));
const ROWS = 32;
const RESPONSES = 8;
const RUNS = 6;

async function measure(ranks) {
  const model = await loadModel(MODEL);
  const { imageTokenId, visionStartTokenId } = model.config;
  const engine = await createParallelEngine({
    ...model,
    frozen: ['vit', 'connector'],
    paddingTokenId: 0,
    tokensPerMicroBatch: 8192,
    ranks,
    backend: ['wasm'],
  });
  const image = { grid: [1, 12, 12], patches: Float32Array.from({ length: 144 * 384 }, (_, i) => Math.sin(i)) };
  const tokens = (length, offset) => Array.from({ length }, (_, i) => 40 + ((i * 7 + offset) % 200));
  const prompt = (i) => ({ tokenIds: [1, visionStartTokenId, ...Array(36).fill(imageTokenId), ...tokens(20, i)], images: [image], key: i });
  const prompts = Array.from({ length: ROWS }, (_, i) => prompt(i));
  const rows = prompts.map((one) =>
    packRow(
      one,
      Array.from({ length: RESPONSES }, (_, g) => ({ tokenIds: tokens(14, g), trainFrom: 0, advantage: g - 3.5 })),
      model.config,
    ),
  );
  const update = {
    rows,
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: ROWS * RESPONSES * 14, sequences: ROWS * RESPONSES },
    learningRate: 1e-6,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  };
  const sampling = { groupSize: RESPONSES, maxNewTokens: 26, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [] };
  const result = {
    ranks,
    updateSeconds: await best(() => engine.update(update)),
    generateSeconds: await best(() => engine.generate(prompts, sampling)),
  };
  await engine.close();
  return { ...result, tokensPerSecond: (ROWS * RESPONSES * sampling.maxNewTokens) / result.generateSeconds };
}

async function best(work) {
  const seconds = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await work();
    seconds.push((performance.now() - began) / 1000);
  }
  return Math.min(...seconds);
}

function inChild(ranks) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [String(ranks)]);
    child.on('message', resolve);
    child.on('exit', (code) => code !== 0 && reject(new Error(`the measurement with ${ranks} rank(s) ended with code ${code}`)));
  });
}

if (process.send !== undefined) {
  process.send(await measure(Number(process.argv[2])));
  process.exit(0);
}
const [one, two] = [await inChild(1), await inChild(2)];
for (const { ranks, updateSeconds, generateSeconds, tokensPerSecond } of [one, two]) {
  console.log(
    `${ranks} rank(s): update of ${ROWS} x ${RESPONSES} responses ${updateSeconds.toFixed(3)} s, sampling ${generateSeconds.toFixed(3)} s = ${tokensPerSecond.toFixed(0)} tokens/s`,
  );
}
console.log(
  `two ranks against one: update ${(one.updateSeconds / two.updateSeconds).toFixed(2)}x, sampling ${(one.generateSeconds / two.generateSeconds).toFixed(2)}x`,
);
