import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { expectNoLeak } from '../testing/expect-no-leak.ts';
import { recompute } from './recompute.ts';

function values(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7 + seed));
}

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('recompute', () => {
  // A chain of three maps; the constant is made, and freed, in the forward pass.
  const chain = (again: boolean) => (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
    tf.tidy(() => {
      const shift = tf.tensor1d(values(8, 9));
      let calls = x;
      for (const weight of [a, b, a]) {
        const work = ([input, matrix]: readonly tf.Tensor[], [added]: readonly tf.Tensor[]): tf.Tensor =>
          tf.tidy(() => tf.sigmoid(tf.add(tf.matMul(input as tf.Tensor2D, matrix as tf.Tensor2D), added as tf.Tensor)));
        calls = again ? recompute({ inputs: [calls, weight], constants: [shift], work }) : work([calls, weight], [shift]);
      }
      return tf.sum(tf.square(calls));
    });
  const inputs = (): tf.Tensor[] => [1, 2, 3].map((seed) => tf.tensor2d(values(64, seed), [8, 8]));

  it('has the values and the gradients of the work itself, to the bit, also where a weight is used twice', () => {
    const tensors = inputs();
    const [plain, again] = [false, true].map((one) => tf.valueAndGrads(chain(one))(tensors));
    expect(again?.value.dataSync()).toEqual(plain?.value.dataSync());
    expect(again?.grads.map((grad) => grad.dataSync())).toEqual(plain?.grads.map((grad) => grad.dataSync()));
    expect(plain?.grads[1]?.dataSync().some((value) => value !== 0)).toBe(true);
    tf.dispose([tensors, plain ?? [], again ?? []] as tf.TensorContainer);
  });

  it('leaves no tensor, with a gradient and without one', () => {
    const tensors = inputs();
    const [x, a, b] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor];
    expectNoLeak(() => tf.valueAndGrads(chain(true))(tensors));
    expectNoLeak(() => chain(true)(x, a, b));
    tf.dispose(tensors);
  });

  it('computes the work twice where there is a gradient and once where there is none', () => {
    const x = tf.tensor1d(values(4, 1));
    let calls = 0;
    const work = ([input]: readonly tf.Tensor[]): tf.Tensor => {
      calls++;
      return tf.square(input as tf.Tensor);
    };
    const once = recompute({ inputs: [x], constants: [], work });
    expect(calls).toBe(1);
    const gradient = tf.grad((input) => recompute({ inputs: [input], constants: [], work }))(x);
    expect(calls).toBe(3);
    gradient.dataSync().forEach((value, i) => expect(value).toBeCloseTo(2 * (x.dataSync()[i] ?? Number.NaN), 6));
    tf.dispose([x, once, gradient]);
  });

  it('gives 0 to what the work does not use', () => {
    const [x, unused] = [tf.tensor1d([2, 3]), tf.tensor1d([1, 1])];
    const work = ([input]: readonly tf.Tensor[]): tf.Tensor => tf.square(input as tf.Tensor);
    const grads = tf.grads((a, b) => tf.sum(recompute({ inputs: [a, b], constants: [], work })))([x, unused]);
    expect(grads.map((grad) => [...grad.dataSync()])).toEqual([
      [4, 6],
      [0, 0],
    ]);
    tf.dispose([x, unused, grads]);
  });
});
