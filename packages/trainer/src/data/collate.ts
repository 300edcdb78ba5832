import type { KeyRanges } from '../nn/ranged-attention.ts';
import type { ImageInput, PackedRow } from './packed-row.ts';

/** How rows become a batch. */
export interface RowLayout {
  /** Fills rows up where they are padded. */
  readonly paddingTokenId: number;
  /** One after the other in a single row without padding, for backends where keys that nobody sees cost nothing; otherwise padded to the longest. */
  readonly joined: boolean;
}

/** Rows as a batch, as flat host arrays ready to become tensors. */
export interface CollatedRows {
  batch: number;
  time: number;
  /** `[B*T]` */
  tokenIds: Int32Array;
  /** Temporal, height and width positions, `[B*T]` each. */
  positions: [Int32Array, Int32Array, Int32Array];
  /** `KeyRanges` of every token, `[B, T, 4]`. */
  ranges: Int32Array;
  /** Flat indexes of the tokens that predict a target, each once, ascending within a row, `[M]`. */
  predicting: Int32Array;
  /** For each target which of `predicting` predicts it, `[N]`; the first tokens of all continuations have one in common. */
  predictedBy: Int32Array;
  /** `[N]` */
  targetIds: Int32Array;
  images: readonly ImageInput[];
}

/** Lays packed rows out as a batch. A token sees the prefix of its row and, up to itself, its own continuation; padding sees itself. */
export function collate(rows: readonly PackedRow[], { paddingTokenId, joined }: RowLayout): CollatedRows {
  const lengths = rows.map((row) => row.tokenIds.length);
  const time = Math.max(1, joined ? lengths.reduce((sum, length) => sum + length, 0) : Math.max(0, ...lengths));
  const batch = joined ? 1 : rows.length;
  const tokens = batch * time;
  const tokenIds = new Int32Array(tokens).fill(paddingTokenId);
  const positions: CollatedRows['positions'] = [new Int32Array(tokens), new Int32Array(tokens), new Int32Array(tokens)];
  const ranges = Int32Array.from({ length: tokens * 4 }, (_, i) => (i % 4 < 2 ? 0 : (Math.floor(i / 4) % time) + (i % 4) - 2));
  const targets = createTargets();
  let next = 0;
  rows.forEach((row, b) => {
    const start = joined ? next : b * time;
    next += row.tokenIds.length;
    tokenIds.set(row.tokenIds, start);
    positions[0].set(row.temporal, start);
    positions[1].set(row.height, start);
    positions[2].set(row.width, start);
    ranges.set(rangesOf(row.segments, joined ? start : 0), start * 4);
    targets.add(row, start);
  });
  return { batch, time, tokenIds, positions, ranges, ...targets.arrays(), images: rows.flatMap((row) => row.images) };
}

/** What each token of a row sees, flat; the keys of the row begin at `offset`. */
function rangesOf(segments: readonly number[], offset: number): number[] {
  const afterPrefix = segments.findIndex((segment) => segment !== 0);
  const prefix = afterPrefix === -1 ? segments.length : afterPrefix;
  let begin = 0;
  return segments.flatMap((segment, i): KeyRanges => {
    if (i >= prefix && segment !== segments[i - 1]) begin = i;
    return [offset, offset + (i < prefix ? 0 : prefix), offset + begin, offset + i + 1];
  });
}

/** Gathers the targets of rows, and each token that predicts once. */
function createTargets(): {
  add(row: PackedRow, start: number): void;
  arrays(): Pick<CollatedRows, 'predicting' | 'predictedBy' | 'targetIds'>;
} {
  const places = new Map<number, number>();
  const predictedBy: number[] = [];
  const targetIds: number[] = [];
  return {
    add: ({ targets }, start) => {
      for (const target of targets) {
        const from = start + target.at;
        const place = places.get(from) ?? places.size;
        places.set(from, place);
        predictedBy.push(place);
        targetIds.push(target.tokenId);
      }
    },
    arrays: () => ({
      predicting: Int32Array.from(places.keys()),
      predictedBy: Int32Array.from(predictedBy),
      targetIds: Int32Array.from(targetIds),
    }),
  };
}

/** Joins arrays end to end. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
