// Every function that takes and returns tensors gives away what it returns and leaves nothing else behind, forwards and backward.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { collate } from '../data/collate.ts';
import { packRow } from '../data/packed-row.ts';
import { nextTokenLoss } from '../objectives/next-token.ts';
import { policyLoss } from '../objectives/policy.ts';
import { targetLogProbs } from '../objectives/target-log-probs.ts';
import { embed, encodeImages, forwardLogits, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import { rotaryTables } from '../models/qwen2-5-vl/rope-index.ts';
import { decoder, languageHead, selfMixer } from '../models/qwen2-5-vl/text.ts';
import { attention, mergeHeads, splitHeads } from '../nn/attention.ts';
import { linear } from '../nn/linear.ts';
import { rangedAttention } from '../nn/ranged-attention.ts';
import { rmsNorm } from '../nn/rms-norm.ts';
import { applyRotary, rotateHalfMatrix } from '../nn/rotary.ts';
import { gatedSilu } from '../nn/gated-silu.ts';
import { expectNoLeak } from './expect-no-leak.ts';
import { tinyImage, tinyModel, tinyPrompt } from './tiny-model.ts';

const { config, parameters } = tinyModel();
const image = tinyImage(1);
const prompt = tinyPrompt(1, { length: 4, image });
const rows = collate([packRow(prompt, [{ tokenIds: [9, 10, 11], trainFrom: 0, advantage: 1 }], config)], {
  paddingTokenId: 0,
  joined: false,
});
const targets = { oldLogProbs: new Float32Array(4), advantages: Float32Array.of(1, -1, 1, 0), weights: new Float32Array(4).fill(1) };

/** What token `t` of a sequence sees. */
function causal(t: number): number[] {
  return [0, 0, 0, t + 1];
}

/** A function of tensors made before it runs; `rotary` and `weights` are the test's own and stay. */
interface Case {
  name: string;
  inputs: readonly (readonly number[])[];
  run(inputs: tf.Tensor[]): tf.TensorContainer;
  /** False where there is nothing to differentiate. */
  gradient?: boolean;
}

let model: Model;
let rotary: ReturnType<typeof rotaryTables>;

const CASES: readonly Case[] = [
  { name: 'linear', inputs: [[5, 3], [4, 3], [4]], run: ([x, w, b]) => linear(x as tf.Tensor2D, tensor(w), b) },
  { name: 'rmsNorm', inputs: [[5, 3], [3]], run: ([x, w]) => rmsNorm(x as tf.Tensor2D, tensor(w), 1e-6) },
  {
    name: 'gatedSilu',
    inputs: [
      [5, 6],
      [5, 6],
    ],
    run: ([gate, up]) => gatedSilu(tensor(gate), tensor(up)),
  },
  { name: 'splitHeads', inputs: [[6, 8]], run: ([x]) => splitHeads(x as tf.Tensor2D, 2, 4) },
  { name: 'mergeHeads', inputs: [[2, 4, 3, 2]], run: ([x]) => mergeHeads(x as tf.Tensor4D) },
  {
    name: 'attention',
    inputs: [
      [1, 4, 3, 2],
      [1, 2, 3, 2],
      [1, 2, 3, 2],
      [1, 1, 3, 3],
    ],
    run: ([query, key, value, mask]) => attention(query as tf.Tensor4D, { key: key as tf.Tensor4D, value: value as tf.Tensor4D }, mask),
  },
  {
    name: 'rangedAttention',
    inputs: [
      [1, 4, 3, 2],
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    run: ([query, key, value]) =>
      tf.tidy(() => {
        const ranges = tf.tensor3d([[causal(0), causal(1), causal(2)]], [1, 3, 4], 'int32');
        return rangedAttention(ranges, 3)(query as tf.Tensor4D, { key: key as tf.Tensor4D, value: value as tf.Tensor4D });
      }),
  },
  { name: 'applyRotary', inputs: [[1, 4, 3, config.text.headSize]], run: ([x]) => applyRotary(x as tf.Tensor4D, rotary) },
  { name: 'rotateHalfMatrix', inputs: [], run: () => rotateHalfMatrix(8), gradient: false },
  {
    name: 'rotaryTables',
    inputs: [],
    run: () => ({ ...rotaryTables([[0], [0], [0]], { batch: 1, time: 1 }, config.text) }),
    gradient: false,
  },
  {
    name: 'decoder',
    inputs: [[3, 32]],
    run: ([hidden]) =>
      tf.tidy(() => {
        const ranges = tf.tensor3d([[causal(0), causal(1), causal(2)]], [1, 3, 4], 'int32');
        const wanted = tf.tensor1d([2, 0], 'int32');
        return decoder(model.weights, hidden as tf.Tensor2D, { config: config.text, batch: 1, rotary, mix: selfMixer(ranges), wanted });
      }),
  },
  { name: 'languageHead', inputs: [[3, 32]], run: ([hidden]) => languageHead(model.weights, hidden as tf.Tensor2D, config.text) },
  { name: 'embed', inputs: [[4, 32]], run: ([vision]) => embed(model, Int32Array.from(prompt.tokenIds), vision as tf.Tensor2D) },
  { name: 'patchTensor', inputs: [], run: () => patchTensor(model, image.patches), gradient: false },
  { name: 'encodeImages', inputs: [[16, 12]], run: ([patches]) => encodeImages(model, patches as tf.Tensor2D, [image.grid]) },
  {
    name: 'forwardLogits',
    inputs: [[16, 12]],
    run: ([patches]) => forwardLogits(model, { tokenIds: [prompt.tokenIds], patches: patches as tf.Tensor2D, grids: [image.grid] }),
  },
  { name: 'targetLogProbs', inputs: [[4, 32]], run: ([vision]) => ({ ...targetLogProbs(model, rows, { vision: vision as tf.Tensor2D }) }) },
  {
    name: 'policyLoss',
    inputs: [[4]],
    run: ([logProbs]) => policyLoss(logProbs as tf.Tensor1D, targets, { clipLow: 0.2, clipHigh: 0.28, normalizer: 4 }),
  },
  { name: 'nextTokenLoss', inputs: [[4]], run: ([logProbs]) => nextTokenLoss(logProbs as tf.Tensor1D, targets.weights, 4) },
];

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
  const weights = new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])]));
  model = { config, weights };
  rotary = rotaryTables(
    [
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ],
    { batch: 1, time: 3 },
    config.text,
  );
});
afterAll(() => tf.dispose([...model.weights.values()]));

describe('nothing is left', () => {
  it.each(CASES.map((one): [string, Case] => [one.name, one]))('by %s', (_name, { inputs, run }) => {
    const given = inputs.map((shape) => tf.randomUniform([...shape], -1, 1, 'float32', 7));
    expectNoLeak(() => run(given));
    expect(given.every(({ isDisposed }) => !isDisposed)).toBe(true);
    tf.dispose(given);
  });

  it.each(CASES.filter(({ gradient }) => gradient !== false).map((one): [string, Case] => [one.name, one]))(
    'by the gradient of %s',
    (_name, { inputs, run }) => {
      const given = inputs.map((shape) => tf.randomUniform([...shape], -1, 1, 'float32', 7));
      expectNoLeak(() => tf.grads((...xs: tf.Tensor[]) => tf.sum(firstOf(run(xs))))(given));
      tf.dispose(given);
    },
  );
});

function firstOf(output: tf.TensorContainer): tf.Tensor {
  return output instanceof tf.Tensor ? output : tensor(Object.values(output as Record<string, tf.Tensor>)[0]);
}

function tensor(value: tf.Tensor | undefined): tf.Tensor {
  if (value === undefined) throw new RangeError('the case gives too few inputs');
  return value;
}
