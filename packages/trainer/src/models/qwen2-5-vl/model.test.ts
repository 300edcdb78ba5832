import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../../backend/select-backend.ts';
import { tinyModel } from '../../testing/tiny-model.ts';
import { forwardLogits, type Model } from './model.ts';

describe('forwardLogits', () => {
  let model: Model;
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
    const { config, parameters } = tinyModel();
    model = { config, weights: new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])])) };
  });
  afterAll(() => tf.dispose([...model.weights.values()]));

  it('gives tokens the same logits with padding before or after them', () => {
    const logits = (tokenIds: number[], attentionMask: number[]): number[][] => {
      const [row = []] = tf.tidy(() => forwardLogits(model, { tokenIds: [tokenIds], attentionMask: [attentionMask] }).arraySync());
      return row.filter((_, t) => attentionMask[t] === 1);
    };
    const plain = logits([9, 10, 11], [1, 1, 1]).flat();
    for (const padded of [logits([0, 0, 9, 10, 11], [0, 0, 1, 1, 1]), logits([9, 10, 11, 0], [1, 1, 1, 0])])
      padded.flat().forEach((value, index) => expect(value).toBeCloseTo(plain[index] ?? NaN, 5));
    expect(plain.length).toBeGreaterThan(0);
  });

  it('refuses padding between tokens', () => {
    expect(() => forwardLogits(model, { tokenIds: [[9, 0, 11]], attentionMask: [[1, 0, 1]] })).toThrow(
      'attentionMask of row 0 is 0 at 1, between tokens',
    );
  });
});
