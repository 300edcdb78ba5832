// A number in an operation, such as the epsilon of a norm, becomes a tensor of its own each time, and a GPU fetches it from the host each time:
// all that was started before has to end first. Here equal numbers are one tensor, which the GPU fetches once.
import type { TypedArray } from '@tensorflow/tfjs-core';

/** The part of tfjs-node's binding that makes tensors from arrays and frees them, by number. */
interface TensorBinding {
  readonly TF_FLOAT: number;
  createTensor(this: void, shape: readonly number[], type: number, values: TypedArray): number;
  deleteTensor(this: void, id: number): void;
}

/** The part of tfjs-node's backend that is used here. */
export interface SharingBackend {
  binding: TensorBinding;
}

/** So many different numbers are kept. A model uses about ten; the others change from step to step, such as the learning rate. */
const MOST_NUMBERS = 256;

const sharing = new WeakSet<SharingBackend>();

/**
 * Lets the backend make one tensor of all equal float32 scalars. The first `MOST_NUMBERS` different ones stay until the process ends; later ones
 * are made and freed as ever. Does nothing for a backend that shares already.
 */
export function shareNumbers(backend: SharingBackend): void {
  if (sharing.has(backend)) return;
  sharing.add(backend);
  const { binding } = backend;
  const idOf = new Map<number, number>();
  const kept = new Set<number>();
  const createTensor = (shape: readonly number[], type: number, values: TypedArray): number => {
    const value = values[0];
    // A map takes -0 for 0.
    if (type !== binding.TF_FLOAT || shape.length > 0 || value === undefined || Object.is(value, -0))
      return binding.createTensor(shape, type, values);
    const known = idOf.get(value);
    if (known !== undefined) return known;
    const id = binding.createTensor(shape, type, values);
    if (idOf.size < MOST_NUMBERS) {
      idOf.set(value, id);
      kept.add(id);
    }
    return id;
  };
  const deleteTensor = (id: number): void => {
    if (!kept.has(id)) binding.deleteTensor(id);
  };
  // The binding's own functions cannot be replaced; what is not found here is looked up there.
  backend.binding = Object.create(binding, {
    createTensor: { value: createTensor },
    deleteTensor: { value: deleteTensor },
  }) as TensorBinding;
}
