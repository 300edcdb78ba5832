/**
 * Dense labels for the vision tower: what each visual token shows (class) and the box of the object it belongs to. A young tower learns
 * from them in minutes what next-token loss alone takes hours to reach. Words tie what is seen to what is said: a visual token is taught to
 * lie near the embeddings of its object's name, and four projections of it near those of the box's numbers, so that a question about a cat
 * finds the cat. Used in pre-training only; its head is no part of a checkpoint.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '@vtriune/trainer';

/** Words of one name at most; a shorter name repeats its last one. */
export const NAME_WORDS = 2;

/** Sides of a box. */
const SIDES = 4;

/** Labels of all visual tokens of a batch. */
export interface DenseLabels {
  /** `[M]` class of each visual token. */
  classIds: Int32Array;
  /** `[M, 4]` box of its object in `[0, 1]`, flat; ignored where `boxWeights` is 0. */
  boxes: Float32Array;
  /** `[M]` 1 where there is an object, else 0. */
  boxWeights: Float32Array;
  /** `[M, NAME_WORDS]` words of the object's name as places in `words.names`, flat; ignored where `boxWeights` is 0. */
  names: Int32Array;
  /** `[M, 4]` sides of the box as places in `words.numbers`, flat; ignored where `boxWeights` is 0. */
  sides: Int32Array;
  /** Token ids of all words that occur in names, and of all numbers that occur in boxes; the same for the whole batch. */
  words: { names: Int32Array; numbers: Int32Array };
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
  /** `[4 * C, C]`, one projection for each side of a box. */
  sides: tf.Tensor;
  /** `[V, C]`, the model's word embeddings. */
  embeddings: tf.Tensor;
}

/**
 * Cross entropy of the classes, plus four times the absolute error of the boxes, plus the cross entropies of the name's words and of the
 * sides' numbers.
 *
 * @param vision `[M, C]` visual tokens
 * @returns scalar, already scaled by the label set's weight
 */
export function denseLoss(vision: tf.Tensor2D, head: DenseHead, labels: DenseLabels): tf.Scalar {
  return tf.tidy(() => {
    const out = linear(vision, head.weight, head.bias);
    const [count, width] = out.shape;
    const classes = width - SIDES;
    const present = tf.tensor1d(labels.boxWeights);
    const picked = logProbsAt(tf.slice(out, [0, 0], [count, classes]), labels.classIds);
    const boxes = tf.sigmoid(tf.slice(out, [0, classes], [count, SIDES]));
    const error = tf.sum(tf.abs(tf.sub(boxes, tf.tensor2d(labels.boxes, [count, SIDES]))), -1);
    const boxError = tf.sum(tf.mul(error, present));
    const total = tf.add(tf.neg(tf.sum(picked)), tf.mul(boxError, SIDES));
    return tf.mul<tf.Scalar>(tf.add(total, wordLoss(vision, head, { labels, present })), labels.weight / labels.normalizer);
  });
}

/** Mean cross entropies of the words of the name and of the numbers of the box, summed over the tokens that show an object. */
function wordLoss(vision: tf.Tensor2D, head: DenseHead, { labels, present }: { labels: DenseLabels; present: tf.Tensor1D }): tf.Tensor {
  const [count, channels] = vision.shape;
  const embedded = (ids: Int32Array): tf.Tensor => tf.gather(head.embeddings, tf.tensor1d(ids, 'int32'));
  const names = linear(vision, embedded(labels.words.names));
  const nameLoss = Array.from({ length: NAME_WORDS }, (_, word) => {
    const ids = labels.names.filter((_id, i) => i % NAME_WORDS === word);
    return tf.sum(tf.mul(logProbsAt(names, ids), present));
  });
  const projected = tf.reshape<tf.Rank.R2>(linear(vision, head.sides), [count * SIDES, channels]);
  const sides = tf.reshape(logProbsAt(linear(projected, embedded(labels.words.numbers)), labels.sides), [count, SIDES]);
  const sideLoss = tf.sum(tf.mul(tf.sum(sides, -1), present));
  return tf.neg(tf.add(tf.div(tf.addN(nameLoss), NAME_WORDS), tf.div(sideLoss, SIDES)));
}

/** Log-probability of one class in each row of logits, `[M]`. */
function logProbsAt(logits: tf.Tensor2D, ids: Int32Array): tf.Tensor1D {
  const [, width] = logits.shape;
  const flat = ids.map((id, m) => m * width + id);
  return tf.gather<tf.Tensor1D>(tf.reshape(tf.logSoftmax(logits), [-1]), tf.tensor1d(flat, 'int32'));
}
