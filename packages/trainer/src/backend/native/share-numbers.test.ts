import { describe, expect, it } from 'vitest';
import { shareNumbers, type SharingBackend } from './share-numbers.ts';

/** A binding that numbers its tensors and says which live. */
function start(): { backend: SharingBackend; live: Set<number>; scalar: (value: number) => number } {
  const live = new Set<number>();
  let next = 0;
  const binding = {
    TF_FLOAT: 1,
    createTensor: (): number => {
      live.add(next);
      return next++;
    },
    deleteTensor: (id: number): void => {
      live.delete(id);
    },
  };
  const backend: SharingBackend = { binding };
  shareNumbers(backend);
  return { backend, live, scalar: (value) => backend.binding.createTensor([], 1, Float32Array.of(value)) };
}

describe('shareNumbers', () => {
  it('makes one tensor of equal numbers and keeps it, whoever is done with it', () => {
    const { backend, live, scalar } = start();
    const half = scalar(0.5);
    expect(scalar(0.25)).not.toBe(half);
    backend.binding.deleteTensor(half);
    expect(scalar(0.5)).toBe(half);
    expect(live).toEqual(new Set([0, 1]));
  });

  it('tells numbers apart by their bits as float32, and takes NaN for one', () => {
    const { scalar } = start();
    const numbers = [0, -0, 1, 1 + 2 ** -23, Infinity, -Infinity, NaN];
    expect(new Set(numbers.map(scalar)).size).toBe(numbers.length);
    expect(scalar(1 + 2 ** -40)).toBe(scalar(1));
    expect(scalar(NaN)).toBe(scalar(NaN));
  });

  it('leaves arrays and integers alone', () => {
    const { backend, live } = start();
    const make = backend.binding.createTensor;
    const ids = [
      make([1], 1, Float32Array.of(2)),
      make([1], 1, Float32Array.of(2)),
      make([], 3, Int32Array.of(2)),
      make([], 3, Int32Array.of(2)),
    ];
    expect(new Set(ids).size).toBe(4);
    ids.forEach((id) => backend.binding.deleteTensor(id));
    expect(live.size).toBe(0);
  });

  it('does not grow with numbers that keep changing', () => {
    const { backend, live, scalar } = start();
    for (let step = 0; step < 1000; step++) backend.binding.deleteTensor(scalar(step));
    expect(live.size).toBe(256);
    expect(scalar(7)).toBe(7);
  });

  it('wraps a backend once', () => {
    const { backend } = start();
    const { binding } = backend;
    shareNumbers(backend);
    expect(backend.binding).toBe(binding);
  });
});
