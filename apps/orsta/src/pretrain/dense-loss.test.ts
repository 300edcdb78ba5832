import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '@vtriune/trainer';
import { denseLoss, type DenseHead } from './dense-loss.ts';

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

// Two classes and five words; a head of zeros says one half for each class, 0.5 for each side of a box, and the same for each word.
function zeroHead(): DenseHead {
  return {
    weight: tf.zeros([6, 3]),
    bias: tf.zeros([6]),
    sides: tf.zeros([12, 3]),
    embeddings: tf.zeros([5, 3]),
  };
}

describe('denseLoss', () => {
  it('is the cross entropy of the classes, four times the box error and the cross entropies of the words, where there is an object', () => {
    const labels = {
      classIds: Int32Array.of(0, 1),
      boxes: Float32Array.of(0.5, 0.5, 1, 1, 0, 0, 0, 0),
      boxWeights: Float32Array.of(1, 0),
      names: Int32Array.of(1, 2, 0, 0),
      sides: Int32Array.of(0, 1, 2, 1, 0, 0, 0, 0),
      words: { names: Int32Array.of(0, 1, 3, 4), numbers: Int32Array.of(0, 2, 4) },
      weight: 0.5,
      normalizer: 2,
    };
    const loss = denseLoss(tf.ones([2, 3]), zeroHead(), labels);
    expect(loss.dataSync()[0]).toBeCloseTo(((2 * Math.log(2) + 4 * 1 + Math.log(4) + Math.log(3)) * 0.5) / 2, 5);
  });

  it('pulls a visual token toward the words of its name', () => {
    const labels = {
      classIds: Int32Array.of(1),
      boxes: new Float32Array(4),
      boxWeights: Float32Array.of(1),
      names: Int32Array.of(1, 1),
      sides: new Int32Array(4),
      words: { names: Int32Array.of(0, 3, 1, 2, 4), numbers: Int32Array.of(0, 1) },
      weight: 1,
      normalizer: 1,
    };
    // Word 3 is the second unit vector, the others are zero: at zero all five are equally likely.
    const embeddings = tf.tensor2d([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], [5, 3]);
    const gradient = tf.grad((vision) => denseLoss(vision as tf.Tensor2D, { ...zeroHead(), embeddings }, labels));
    expect([...gradient(tf.zeros([1, 3])).dataSync()].map((value) => Number(value.toFixed(5)))).toEqual([0, -0.8, 0]);
  });
});
