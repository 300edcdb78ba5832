/**
 * Dense labels for the vision tower: what each visual token shows (class) and the box of the object it belongs to. A young tower learns
 * from them in minutes what next-token loss alone takes hours to reach. Used in pre-training only; its head is no part of a checkpoint.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../nn/linear.ts';

/** Labels of all visual tokens of a batch. */
export interface DenseLabels {
  /** `[M]` class of each visual token. */
  classIds: Int32Array;
  /** `[M, 4]` box of its object in `[0, 1]`, flat; ignored where `boxWeights` is 0. */
  boxes: Float32Array;
  /** `[M]` 1 where there is an object, else 0. */
  boxWeights: Float32Array;
  /** Factor of this loss within the total. */
  weight: number;
  /** Visual tokens of the whole batch over all ranks. */
  normalizer: number;
}

/** Parameters of the head that reads classes and boxes off the visual tokens. */
export interface DenseHead {
  /** `[classes + 4, C]` */
  weight: tf.Tensor;
  /** `[classes + 4]` */
  bias: tf.Tensor;
}

/**
 * Cross entropy of the classes plus four times the absolute error of the boxes.
 *
 * @param vision `[M, C]` visual tokens
 * @returns scalar, already scaled by the label set's weight
 */
export function denseLoss(vision: tf.Tensor2D, head: DenseHead, labels: DenseLabels): tf.Scalar {
  return tf.tidy(() => {
    const out = linear(vision, head.weight, head.bias);
    const [count, width] = out.shape;
    const classes = width - 4;
    const logProbs = tf.logSoftmax(tf.slice(out, [0, 0], [count, classes]));
    const flat = labels.classIds.map((id, m) => m * classes + id);
    const picked = tf.gather(tf.reshape(logProbs, [-1]), tf.tensor1d(flat, 'int32'));
    const boxes = tf.sigmoid(tf.slice(out, [0, classes], [count, 4]));
    const error = tf.sum(tf.abs(tf.sub(boxes, tf.tensor2d(labels.boxes, [count, 4]))), -1);
    const boxError = tf.sum(tf.mul(error, tf.tensor1d(labels.boxWeights)));
    const total = tf.add(tf.neg(tf.sum(picked)), tf.mul(boxError, 4));
    return tf.mul<tf.Scalar>(total, labels.weight / labels.normalizer);
  });
}
