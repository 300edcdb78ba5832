// Stable index sorts on typed arrays. `evaluateCoco` ranks hundreds of thousands of scores, and COCO's numbers depend on how
// ties are broken, so both sorts keep the order of equal keys. Both are linear: no comparator is called.

/** Positions 0 to length - 1 in order. */
export function positions(length: number): Int32Array {
  const order = new Int32Array(length);
  for (let index = 0; index < length; index++) order[index] = index;
  return order;
}

/** Sorts the positions in `order` by their key in `[0, buckets)`; equal keys keep their order. */
export function countingSort(order: Int32Array, keys: ArrayLike<number>, buckets: number): Int32Array {
  const next = new Int32Array(buckets + 1);
  for (const position of order) {
    const bucket = keys[position]! + 1;
    next[bucket] = next[bucket]! + 1;
  }
  for (let bucket = 1; bucket <= buckets; bucket++) next[bucket] = next[bucket]! + next[bucket - 1]!;
  const sorted = new Int32Array(order.length);
  for (const position of order) {
    const bucket = keys[position]!;
    const slot = next[bucket]!;
    sorted[slot] = position;
    next[bucket] = slot + 1;
  }
  return sorted;
}

/** The positions of finite numbers from the largest to the smallest; equal numbers keep their order. */
export function sortDescending(values: Float64Array): Int32Array {
  const words = descendingBits(values);
  const low = lowWordFirst() ? 0 : 1;
  // Wide digits need few passes, but their table must be cleared in each, which short lists do not repay.
  const bits = values.length > WIDE_FROM ? 16 : 8;
  const digits = new Uint16Array(values.length);
  let order = positions(values.length);
  for (const word of [low, 1 - low]) {
    for (let shift = 0; shift < 32; shift += bits) {
      let seen = 0;
      for (let index = 0; index < digits.length; index++) {
        const digit = (words[index * 2 + word]! >>> shift) & ((1 << bits) - 1);
        digits[index] = digit;
        seen |= digit ^ digits[0]!;
      }
      if (seen !== 0) order = countingSort(order, digits, 1 << bits);
    }
  }
  return order;
}

const WIDE_FROM = 20_000;

/**
 * The 32-bit words of doubles, turned so that they ascend as unsigned integers while the doubles descend: of positive numbers
 * all bits but the sign are flipped, those of negative ones ascend already. Adding 0 turns -0 into 0.
 */
function descendingBits(values: Float64Array): Uint32Array {
  const copy = new Float64Array(values.length);
  for (let index = 0; index < copy.length; index++) copy[index] = values[index]! + 0;
  const words = new Uint32Array(copy.buffer);
  const low = lowWordFirst() ? 0 : 1;
  const high = 1 - low;
  for (let index = 0; index < words.length; index += 2) {
    const top = words[index + high]!;
    if (top >= 0x80000000) continue;
    words[index + low] = ~words[index + low]!;
    words[index + high] = ~top ^ 0x80000000;
  }
  return words;
}

/** Numbers the positions in sorted order so that equal values share a number. */
export function denseRanks(values: Float64Array, sorted: Int32Array): { readonly ranks: Int32Array; readonly count: number } {
  const ranks = new Int32Array(values.length);
  let rank = 0;
  for (let index = 0; index < sorted.length; index++) {
    const position = sorted[index]!;
    if (index > 0 && values[position] !== values[sorted[index - 1]!]) rank++;
    ranks[position] = rank;
  }
  return { ranks, count: rank + 1 };
}

function lowWordFirst(): boolean {
  return new Uint32Array(new Float64Array([1]).buffer)[0] === 0;
}
