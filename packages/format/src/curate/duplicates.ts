// Near-duplicate images by the distance of 64-bit fingerprints. Two fingerprints that differ in fewer bits than there are bands agree in at least
// one band, so that only those with an equal band are compared.
import { at } from '../at.ts';
import type { CurateItem, Filter } from './filter.ts';

/** Fingerprints that can be asked whether one is near. */
export interface FingerprintIndex {
  readonly add: (fingerprint: bigint) => void;
  readonly hasNear: (fingerprint: bigint) => boolean;
}

/** Bits by which the fingerprints of two copies may differ, at most. */
export const MAX_DISTANCE = 7;

/** An index that finds fingerprints at most so many bits away (0 to 7). */
export function createFingerprintIndex(distance: number): FingerprintIndex {
  const bands = Array.from({ length: distance + 1 }, () => new Map<string, bigint[]>());
  const width = BigInt(Math.ceil(64 / bands.length));
  const keyOf = (fingerprint: bigint, band: number): string =>
    ((fingerprint >> (BigInt(band) * width)) & ((1n << width) - 1n)).toString(36);
  return {
    add: (fingerprint) => {
      for (const [band, entries] of bands.entries()) {
        const key = keyOf(fingerprint, band);
        const before = entries.get(key);
        if (before === undefined) entries.set(key, [fingerprint]);
        else before.push(fingerprint);
      }
    },
    hasNear: (fingerprint) =>
      bands.some((entries, band) =>
        (entries.get(keyOf(fingerprint, band)) ?? []).some((other) => bitsSet(fingerprint ^ other) <= distance),
      ),
  };
}

/** Takes out samples whose images and question an earlier sample has. */
export function duplicates({ distance }: { readonly distance: number }): Filter {
  const byQuestion = new Map<string, FingerprintIndex>();
  // A set is gone through several times, and a sample must not be taken for a copy of itself.
  const judged = new Map<number, boolean>();
  const isCopy = ({ sample, fingerprints = [] }: CurateItem): boolean => {
    if (fingerprints.length === 0) return false;
    const question = JSON.stringify([sample.prompt, sample.reward_model.ground_truth, fingerprints.length]);
    const index = byQuestion.get(question) ?? createFingerprintIndex(distance);
    const first = at(fingerprints, 0);
    if (index.hasNear(first)) return true;
    index.add(first);
    byQuestion.set(question, index);
    return false;
  };
  return {
    name: 'duplicates',
    reason: (item, place) => {
      const found = judged.get(place) ?? isCopy(item);
      judged.set(place, found);
      return found ? 'an image and question that an earlier sample has' : undefined;
    },
  };
}

/** Takes out samples one of whose images is in another set, such as the test set. */
export function overlap({ distance }: { readonly distance: number }, others: Iterable<bigint>): Filter {
  const index = createFingerprintIndex(distance);
  for (const fingerprint of others) index.add(fingerprint);
  return {
    name: 'overlap',
    reason: ({ fingerprints }: CurateItem) =>
      fingerprints?.some((fingerprint) => index.hasNear(fingerprint)) === true ? 'an image of the other set' : undefined,
  };
}

function bitsSet(value: bigint): number {
  let rest = value;
  let bits = 0;
  while (rest !== 0n) {
    rest &= rest - 1n;
    bits += 1;
  }
  return bits;
}
