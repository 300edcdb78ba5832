// The work of one training step of orsta-nano, as a mixture of tasks gives it: 32 prompts with an image of 96 x 96 pixels, eight responses
// each, some tasks answered in a word and some with a list of boxes. 3,483 tokens in 32 rows of 52 to 237. Values come from the index, so
// that other programs can make the same.
import { fileURLToPath } from 'node:url';
import { loadModel, packRow } from '@vtriune/trainer';

export const MODEL = fileURLToPath(new URL('../../apps/orsta/models/orsta-nano-base', import.meta.url));
export const RESPONSES = 8;
const ROWS = 32;
const GRID = [1, 12, 12];
const VISUAL_TOKENS = 36;
// Length of a prompt's text and of its responses, by task.
const TASKS = [
  { text: 14, response: 2 },
  { text: 20, response: 4 },
  { text: 12, response: 1 },
  { text: 24, response: 5 },
  { text: 18, response: 3 },
  { text: 26, response: 9 },
  { text: 20, response: 12 },
  { text: 22, response: 23 },
];

/** The model with prompts, rows and the request of an update. */
export async function makeWorkload() {
  const model = await loadModel(MODEL);
  const { imageTokenId, visionStartTokenId } = model.config;
  const tokens = (length, offset) => Array.from({ length }, (_, i) => 40 + ((i * 7 + offset) % 200));
  const prompts = Array.from({ length: ROWS }, (_, key) => ({
    key,
    tokenIds: [1, visionStartTokenId, ...Array(VISUAL_TOKENS).fill(imageTokenId), ...tokens(TASKS[key % TASKS.length].text, key)],
    images: [{ grid: GRID, patches: Float32Array.from({ length: 144 * 384 }, (_, i) => Math.sin(i + key)) }],
  }));
  const responseLength = (key, g) => Math.max(1, TASKS[key % TASKS.length].response + ((key + g) % 3) - 1);
  const rowsOf = (list) =>
    list.map((prompt) =>
      packRow(
        prompt,
        Array.from({ length: RESPONSES }, (_, g) => ({
          tokenIds: tokens(responseLength(prompt.key, g), prompt.key + g),
          trainFrom: 0,
          advantage: g - (RESPONSES - 1) / 2,
        })),
        model.config,
      ),
    );
  return { model, prompts, rowsOf };
}

/** An update on rows; the learning rate is so small that the model stays what it is over many rounds. */
export function updateOf(rows) {
  return {
    rows,
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: {
      tokens: rows.reduce((sum, { targets }) => sum + targets.length, 0),
      sequences: rows.reduce((sum, { sequences }) => sum + sequences, 0),
    },
    learningRate: 1e-12,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  };
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** What work gives, with its seconds by the clock and those of the processor, all threads together. */
export async function timed(work) {
  const began = performance.now();
  const usage = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(usage);
  return { result, seconds: (performance.now() - began) / 1000, processor: (user + system) / 1e6 };
}
