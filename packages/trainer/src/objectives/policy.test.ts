import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { policyLoss } from './policy.ts';

const clip = { clipLow: 0.2, clipHigh: 0.28 };

function gradientAt(logProb: number, advantage: number): number {
  return tf.tidy(() => {
    const targets = { oldLogProbs: Float32Array.of(0), advantages: Float32Array.of(advantage), weights: Float32Array.of(1) };
    const gradient = tf.grad((x) => policyLoss(x as tf.Tensor1D, targets, { ...clip, normalizer: 2 }))(tf.tensor1d([logProb]));
    return gradient.dataSync()[0] ?? Number.NaN;
  });
}

describe('policyLoss', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
  });

  it('is minus advantage times ratio over the normalizer', () => {
    const targets = { oldLogProbs: Float32Array.of(0, 0), advantages: Float32Array.of(1, -2), weights: Float32Array.of(1, 0.5) };
    const loss = policyLoss(tf.tensor1d([0.1, -0.1]), targets, { ...clip, normalizer: 2 });
    expect(loss.dataSync()[0]).toBeCloseTo(-(Math.exp(0.1) - Math.exp(-0.1)) / 2, 5);
  });
  it('has the policy gradient inside the clip range', () => {
    expect(gradientAt(0, 1.5)).toBeCloseTo(-0.75, 5);
    expect(gradientAt(Math.log(1.27), 1)).toBeCloseTo(-1.27 / 2, 4);
  });
  it('stops pushing beyond the range, and only on the side that gains', () => {
    expect(gradientAt(Math.log(1.29), 1)).toBeCloseTo(0, 6);
    expect(gradientAt(Math.log(0.79), -1)).toBeCloseTo(0, 6);
    expect(gradientAt(Math.log(0.79), 1)).toBeCloseTo(-0.79 / 2, 4);
    expect(gradientAt(Math.log(1.29), -1)).toBeCloseTo(1.29 / 2, 4);
  });
});
