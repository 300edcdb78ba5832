/**
 * Python's `random.Random(seed)`, as far as scorers draw from it: MT19937 seeded with a whole number, and `choice`. The same seed draws the same
 * sequence as CPython 3, so that a scorer's random fallback gives the official number and not one near it.
 */
import { OrstaError } from '../../errors.ts';

const SIZE = 624;
const SHIFT = 397;

/** A generator that draws as CPython does. */
export interface PythonRandom {
  /** `random.choice(items)` of a non-empty list. */
  choice<T>(items: readonly T[]): T;
}

/** Starts the sequence of `random.seed(seed)`; the seed is a whole number from 0 to 2^32 - 1. */
export function pythonRandom(seed: number): PythonRandom {
  const state = seedByArray(seed);
  let index = SIZE;
  const next = (): number => {
    if (index >= SIZE) {
      twist(state);
      index = 0;
    }
    let y = state[index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return {
    choice: (items) => {
      if (items.length === 0)
        throw new OrstaError('invalid_data', 'There is nothing to choose from: a question has no options. Give it at least one.');
      const bits = 32 - Math.clz32(items.length);
      let drawn = next() >>> (32 - bits);
      while (drawn >= items.length) drawn = next() >>> (32 - bits);
      return items[drawn] as (typeof items)[number];
    },
  };
}

function seedPlain(seed: number): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  return state;
}

/** CPython seeds by an array of 32-bit words, here one word. */
function seedByArray(seed: number): Uint32Array {
  const state = seedPlain(19650218);
  let i = 1;
  for (let k = 0; k < SIZE; k++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1664525)) + seed;
    if (++i >= SIZE) i = wrap(state);
  }
  for (let k = 0; k < SIZE - 1; k++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = (state[i]! ^ Math.imul(previous, 1566083941)) - i;
    if (++i >= SIZE) i = wrap(state);
  }
  state[0] = 0x80000000;
  return state;
}

function wrap(state: Uint32Array): number {
  state[0] = state[SIZE - 1]!;
  return 1;
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
    state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
  }
}
