// How many bytes go to a native backend and come back, counted where the binding of tfjs-node takes and gives them.
import * as tf from '@tensorflow/tfjs-core';

/** Counts from now on; undefined where the backend is not a native one. `take` gives the bytes since it was last called. */
export function countMoved() {
  const backend = tf.backend();
  const { binding } = backend;
  if (binding === undefined) return undefined;
  const moved = { toDevice: 0, toHost: 0 };
  const createTensor = (shape, type, values) => {
    // Integers stay in the memory of the host, where the kernels of a GPU want them.
    if (type !== binding.TF_INT32) moved.toDevice += values.byteLength ?? 0;
    return binding.createTensor(shape, type, values);
  };
  const tensorDataSync = (id) => {
    const values = binding.tensorDataSync(id);
    moved.toHost += values.byteLength ?? 0;
    return values;
  };
  // The binding's own functions cannot be replaced; what is not found here is looked up there.
  backend.binding = Object.create(binding, { createTensor: { value: createTensor }, tensorDataSync: { value: tensorDataSync } });
  return {
    take: () => {
      const taken = { ...moved };
      Object.assign(moved, { toDevice: 0, toHost: 0 });
      return taken;
    },
  };
}
