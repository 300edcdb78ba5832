import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { denseLoss } from './dense-loss.ts';

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

describe('denseLoss', () => {
  it('is the cross entropy of the classes plus four times the box error where there is an object', () => {
    // Two classes; a head of zeros says one half for each class and 0.5 for each side of a box.
    const head = { weight: tf.zeros([6, 3]), bias: tf.zeros([6]) };
    const labels = {
      classIds: Int32Array.of(0, 1),
      boxes: Float32Array.of(0.5, 0.5, 1, 1, 0, 0, 0, 0),
      boxWeights: Float32Array.of(1, 0),
      weight: 0.5,
      normalizer: 2,
    };
    const loss = denseLoss(tf.ones([2, 3]), head, labels);
    expect(loss.dataSync()[0]).toBeCloseTo(((2 * Math.log(2) + 4 * 1) * 0.5) / 2, 5);
  });
});
