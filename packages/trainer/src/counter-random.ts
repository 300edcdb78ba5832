/**
 * A random number that is a pure function of its counters: the same `(seed, step, prompt, response, token)` gives the same number on every
 * rank and after every resume, so there is no generator state to save.
 *
 * @param counters whole numbers; order matters
 * @returns uniform in `[0, 1)`, 32 bits
 */
export function counterRandom(...counters: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const counter of counters) {
    hash = mix((hash ^ (counter >>> 0)) + 0x9e3779b9);
    hash = mix(hash ^ Math.floor(counter / 0x1_0000_0000));
  }
  return mix(hash) / 0x1_0000_0000;
}

/** One round of the 32-bit finaliser of MurmurHash3. */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
