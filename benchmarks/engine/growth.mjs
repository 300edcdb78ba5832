// Does a long run grow? 500 RL steps of orsta-nano in one process: tensors after each step, and resident memory, which may rise while the
// heaps find their size and must then stay. Ends with 1 where tensors are left, or where the second half adds more than a tenth.
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { createLocalEngine, loadModel, loadProcessor, resolveTrainConfig, selectBackend, train } from '@vtriune/trainer';

const MODEL = fileURLToPath(new URL('../../apps/orsta/models/orsta-nano-base', import.meta.url));
const STEPS = 500;
const REPORT_EVERY = 50;
const SIDE = 96;

// Pictures and questions that no two steps share; what is learned does not matter here.
const samples = {
  at: (index) => {
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (Math.imul(i + 1, 2654435761 + index) >>> 24) & 255);
    const text = ['How many cats are there?', 'Find the dog.', 'What is the result?'][index % 3];
    const sample = {
      data_source: 'growth',
      images: [{ path: `${index}.png` }],
      prompt: [{ role: 'user', content: `<image>\n${text}` }],
      ability: 'counting',
      reward_model: { ground_truth: '1', verifier: 'none' },
      extra_info: { id: String(index) },
    };
    return Promise.resolve({ sample, images: [{ width: SIDE, height: SIDE, data }] });
  },
};
function reward(rollouts) {
  return Promise.resolve(rollouts.map(({ response }) => ({ status: 'scored', reward: (response.length % 7) / 6 })));
}
function residentMegabytes() {
  return process.memoryUsage.rss() / 2 ** 20;
}

await selectBackend({ prefer: ['wasm'] });
const processor = await loadProcessor(MODEL);
const engine = createLocalEngine({
  ...(await loadModel(MODEL)),
  frozen: ['vit', 'connector'],
  paddingTokenId: processor.tokenizer.specialIds.endOfText,
  tokensPerMicroBatch: 4096,
});
const config = resolveTrainConfig({ steps: STEPS, promptsPerStep: 6, groupSize: 4, maxNewTokens: 24, learningRate: 1e-5 });
const tensors = [];
let half = 0;
for await (const { state } of train({ engine, processor, samples, reward, config })) {
  tensors.push(tf.memory().numTensors);
  if (state.step === STEPS / 2) half = residentMegabytes();
  if (state.step === 1 || state.step % REPORT_EVERY === 0) {
    console.log(`step ${state.step}: ${tensors.at(-1)} tensors, ${residentMegabytes().toFixed(0)} MB resident`);
  }
}
await engine.close();
const grown = residentMegabytes() / half;
const left = Math.max(...tensors) - tensors[0];
console.log(`tensors left after ${STEPS} steps: ${left}; resident memory of the second half: ${grown.toFixed(3)} of the first`);
process.exit(left === 0 && grown < 1.1 ? 0 : 1);
