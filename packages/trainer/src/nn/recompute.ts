import * as tf from '@tensorflow/tfjs-core';

/** A piece of a model that can be computed twice. */
export interface Recomputed<T extends tf.Tensor> {
  /** What gets a gradient, such as the hidden states and the trained weights. */
  readonly inputs: readonly tf.Tensor[];
  /** Further tensors that `work` reads and that are freed with the forward pass, such as a mask. */
  readonly constants: readonly tf.Tensor[];
  /** Must read nothing but what it is given and what outlives the backward pass. Same inputs, same bits. */
  work(this: void, inputs: readonly tf.Tensor[], constants: readonly tf.Tensor[]): T;
}

/**
 * Gradient checkpointing (Chen et al., arXiv 1604.06174): computes `work` and keeps only what it was given; the backward pass computes it
 * again, to know what is inside. The values and the gradients are those of `work`, to the bit. Without a gradient it is `work` alone.
 */
export function recompute<T extends tf.Tensor>({ inputs, constants, work }: Recomputed<T>): T {
  const run = tf.customGrad((...given) => {
    const save = given.pop() as tf.GradSaveFunc;
    const own = given as tf.Tensor[];
    save([...own, ...constants]);
    const gradFunc = (outer: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const again = saved.slice(0, inputs.length);
      const { value, grads } = nestedGradients(() => work(again, saved.slice(inputs.length)), again, outer);
      value.dispose();
      // What `work` does not reach has no gradient.
      return again.map((input, index) => grads[index] ?? tf.zerosLike(input));
    };
    return { value: work(own, constants), gradFunc };
  });
  return run(...inputs);
}

/** Gradients within a backward pass: TensorFlow.js has one tape, and the pass around still needs its own. */
function nestedGradients(
  work: () => tf.Tensor,
  inputs: tf.Tensor[],
  outer: tf.Tensor,
): { value: tf.Tensor; grads: (tf.Tensor | undefined)[] } {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    return tf.engine().gradients(work, inputs, outer, true);
  } finally {
    state.activeTape = tape;
  }
}
