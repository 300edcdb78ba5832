// A small seeded generator (sfc32, seeded by a hash of the key), the same on every machine and fast enough for a draw per pixel.
// Children made by `split` depend on the key alone and not on how many numbers were drawn before, so scene 7 of a run can be made
// without scenes 0 to 6.
import { SuiteError } from './errors.ts';

/** A seeded stream of random choices. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items; throws `SuiteError` where there is none. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** Standard normal. */
  normal(): number;
  /** An independent stream named by the key; asking twice gives the same stream. */
  split(key: string | number): Random;
}

type State = [number, number, number, number];

// cyrb128: four 32-bit words from a string.
function hashKey(key: string): State {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

// Doty-Humphrey's small fast counting generator; the first outputs are thrown away so that similar seeds part.
function sfc32([a, b, c, d]: State): () => number {
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return next;
}

/** A random stream for a seed; equal seeds give equal streams, and `1` equals `'1'`. */
export function createRandom(seed: number | string): Random {
  const next = sfc32(hashKey(String(seed)));
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const shuffle = <T>(items: readonly T[]): T[] => {
    const keyed = items.map((item) => ({ item, key: next() }));
    return keyed.sort((first, second) => first.key - second.key).map(({ item }) => item);
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]): T => {
      const index = int(0, items.length - 1);
      if (items.length === 0) throw new SuiteError('empty_choice', 'pick from an empty list: give at least one item');
      return items[index] as T;
    },
    shuffle,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    split: (key) => createRandom(`${seed}/${key}`),
  };
}
