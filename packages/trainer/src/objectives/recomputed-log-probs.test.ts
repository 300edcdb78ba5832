// Gradient checkpointing of the target log-probabilities: the same values and gradients from blocks that are computed twice.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { collate } from '../data/collate.ts';
import { packRow } from '../data/packed-row.ts';
import type { Model } from '../models/qwen2-5-vl/model.ts';
import { TINY, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { targetLogProbs } from './target-log-probs.ts';

const { config, parameters } = tinyModel();
const TRAINED = 'model.layers.1.mlp.up_proj.weight';
const rows = collate([packRow(tinyPrompt(2, { length: 4 }), [{ tokenIds: [9, 10, 11], trainFrom: 0 }], config)], {
  paddingTokenId: TINY.padding,
  joined: false,
});

interface Pass {
  readonly value: number;
  readonly gradient: readonly number[];
  /** How often a matrix was multiplied by another. */
  readonly products: number;
}

async function pass(recomputed?: ReadonlySet<string>): Promise<Pass> {
  const weights = new Map([...parameters].map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data.slice(), [...shape]))]));
  const model: Model = { config, weights, ...(recomputed === undefined ? {} : { recomputed }) };
  const trained = weights.get(TRAINED);
  if (trained === undefined) throw new RangeError(`there is no ${TRAINED}`);
  let value = Number.NaN;
  let gradient: number[] = [];
  const { kernelNames, kernels } = await tf.profile(() => {
    const found = tf.variableGrads(() => tf.sum(targetLogProbs(model, rows, {}).logProbs), [trained]);
    value = found.value.dataSync<'float32'>()[0]!;
    gradient = Object.values(found.grads).flatMap((own) => [...own.dataSync<'float32'>()]);
    tf.dispose([found.value, found.grads]);
    return tf.scalar(0);
  });
  expect(kernelNames).toContain('BatchMatMul');
  for (const weight of weights.values()) weight.dispose();
  return { value, gradient, products: kernels.filter(({ name }) => name === 'BatchMatMul').length };
}

describe('recomputed blocks', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
  });

  it('have the values and gradients of plain ones, and are computed once more for the gradient', async () => {
    const [plain, again] = [await pass(), await pass(new Set([TRAINED]))];
    expect(again.value).toBeCloseTo(plain.value, 5);
    expect(Math.max(...plain.gradient.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(again.gradient).toHaveLength(plain.gradient.length);
    again.gradient.forEach((own, n) => expect(own).toBeCloseTo(plain.gradient[n] ?? Number.NaN, 5));
    expect(again.products).toBeGreaterThan(plain.products);
  });
});
