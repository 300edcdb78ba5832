// Against the logits of plain forward passes, one for each continuation, with a log-softmax in double precision.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { collate } from '../data/collate.ts';
import { packRow } from '../data/packed-row.ts';
import { encodeImages, forwardLogits, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { targetLogProbs } from './target-log-probs.ts';

const { config, parameters } = tinyModel();
const image = tinyImage(1);
const prompts = [tinyPrompt(1, { length: 4, image }), tinyPrompt(2, { length: 2 })];
const continuations = [
  [[9, 10, 11], [30]],
  [
    [12, 13],
    [14, 9, 38, 20],
  ],
];
let model: Model;

/** Log-probability of each token of a continuation and entropy where it was drawn. */
function expected(p: number, continuation: readonly number[], temperature: number): { logProb: number; entropy: number }[] {
  const { tokenIds, images } = prompts[p]!;
  const logits = tf.tidy(() => {
    const seen = images.length === 0 ? {} : { patches: patchTensor(model, image.patches), grids: [image.grid] };
    return forwardLogits(model, { tokenIds: [[...tokenIds, ...continuation]], ...seen }).dataSync();
  });
  return continuation.map((id, t) => {
    const from = (tokenIds.length + t - 1) * TINY.vocabulary;
    const row = Array.from({ length: TINY.vocabulary }, (_, v) => logits[from + v]! / temperature);
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return {
      logProb: row[id]! - total,
      entropy: -row.reduce((sum, logit) => sum + Math.exp(logit - total) * (logit - total), 0),
    };
  });
}

describe.each(['cpu', 'wasm'] as const)('targetLogProbs on %s', (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: [backend] });
    model = { config, weights: new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])])) };
  });
  afterAll(() => {
    for (const weight of model.weights.values()) weight.dispose();
  });

  it.each([
    [undefined, false],
    [1, false],
    [0.25, false],
    [undefined, true],
    [0.25, true],
  ])('gives the log-probability of each target and the entropy there, at temperature %s, rows joined: %s', (temperature, joined) => {
    const rows = collate(
      prompts.map((prompt, p) =>
        packRow(
          prompt,
          continuations[p]!.map((tokenIds) => ({ tokenIds, trainFrom: 0, advantage: 1 })),
          config,
        ),
      ),
      { paddingTokenId: TINY.padding, joined },
    );
    const wanted = continuations.flatMap((own, p) => own.flatMap((continuation) => expected(p, continuation, temperature ?? 1)));
    const found = tf.tidy(() => {
      const vision = encodeImages(model, patchTensor(model, image.patches), [image.grid]);
      const { logProbs, entropy } = targetLogProbs(model, rows, { vision, ...(temperature === undefined ? {} : { temperature }) });
      return { logProbs: [...logProbs.dataSync()], entropy: [...entropy.dataSync()] };
    });
    expect(found.logProbs).toHaveLength(wanted.length);
    wanted.forEach(({ logProb, entropy }, n) => {
      expect(found.logProbs[n]).toBeCloseTo(logProb, 4);
      expect(found.entropy[n]).toBeCloseTo(entropy, 4);
    });
  });
});
