/**
 * Packing: one prefix (image and question) with several continuations behind it, computed once. Every continuation sees the prefix and
 * itself and starts at the same position, so each gets exactly the log-probabilities it would get in a row of its own. A continuation may have
 * images of its own, which the turns of tools bring.
 */
import { at } from '@vtriune/format/at';
import { ropeIndex, type GridThw, type Positions } from '../models/qwen2-5-vl/rope-index.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';

/** An image as the vision tower takes it. */
export interface ImageInput {
  /** `[grid product, C*Tp*P*P]`, row by row. */
  patches: Float32Array;
  grid: GridThw;
  /** Visual tokens `[M, C]` flat, where a frozen tower has encoded the image already; they are used in place of the patches. */
  encoded?: Float32Array;
}

/** A continuation of a prefix; its tokens from `trainFrom` on are learned. */
export interface Continuation {
  tokenIds: readonly number[];
  trainFrom: number;
  /** For each token whether it may be learned; all where absent. Tokens of a tool are seen by those after them and are no targets. */
  learned?: readonly boolean[];
  /** Images among its tokens, in order. */
  images?: readonly ImageInput[];
  /** Per learned token; 1 where absent. */
  weights?: readonly number[];
  /** Per learned token: the advantage of its response. 0 where absent. */
  advantage?: number;
  /** Per learned token: log-probability that the sampler gave it. */
  samplerLogProbs?: readonly number[];
}

/** A token to be predicted. */
export interface Target {
  /** Index in the row of the token whose hidden state predicts. */
  at: number;
  tokenId: number;
  weight: number;
  advantage: number;
  /** Absent where the first forward pass of the update defines it (on-policy). */
  oldLogProb?: number;
  /** What the sampler gave the token; absent where nothing was sampled. */
  samplerLogProb?: number;
  /** Continuation of the row that the token belongs to, counted from 0. */
  sequence: number;
}

/** One row of a batch. */
export interface PackedRow {
  tokenIds: number[];
  temporal: number[];
  height: number[];
  width: number[];
  /** 0 in the prefix, 1, 2, ... in the continuations. */
  segments: number[];
  targets: Target[];
  /** Number of continuations. */
  sequences: number;
  images: readonly ImageInput[];
  /** What an objective needs of the row beside its targets; must survive a structured clone. */
  extras?: unknown;
}

/** Packs a prefix and its continuations into one row. The last token of a continuation is predicted but not fed. */
export function packRow(
  prefix: { tokenIds: readonly number[]; images: readonly ImageInput[] },
  continuations: readonly Continuation[],
  config: ModelConfig,
): PackedRow {
  const positions = ropeIndex(
    prefix.tokenIds,
    prefix.images.map((image) => image.grid),
    config,
  );
  const start = positions.next;
  const row: PackedRow = {
    tokenIds: [...prefix.tokenIds],
    temporal: positions.temporal,
    height: positions.height,
    width: positions.width,
    segments: prefix.tokenIds.map(() => 0),
    targets: [],
    sequences: continuations.length,
    images: [...prefix.images, ...continuations.flatMap(({ images = [] }) => images)],
  };
  continuations.forEach((continuation, index) => {
    pushTargets(row, continuation, { prefixLength: prefix.tokenIds.length, sequence: index });
    const fed = continuation.tokenIds.slice(0, -1);
    row.tokenIds.push(...fed);
    row.segments.push(...fed.map(() => index + 1));
    pushPositions(positions, start, ropeIndex(fed, gridsOf(continuation), config));
  });
  return row;
}

/** Appends positions that were counted from 0. */
function pushPositions(positions: Positions, start: number, more: Positions): void {
  for (const axis of ['temporal', 'height', 'width'] as const) positions[axis].push(...more[axis].map((place) => start + place));
}

function gridsOf({ images = [] }: Continuation): GridThw[] {
  return images.map(({ grid }) => grid);
}

function pushTargets(row: PackedRow, continuation: Continuation, place: { prefixLength: number; sequence: number }): void {
  const begin = row.tokenIds.length;
  let learned = 0;
  continuation.tokenIds.forEach((tokenId, i) => {
    if (i < continuation.trainFrom || continuation.learned?.[i] === false) return;
    row.targets.push({
      at: i === 0 ? place.prefixLength - 1 : begin + i - 1,
      tokenId,
      weight: continuation.weights === undefined ? 1 : at(continuation.weights, learned),
      advantage: continuation.advantage ?? 0,
      sequence: place.sequence,
      ...(continuation.samplerLogProbs === undefined ? {} : { samplerLogProb: at(continuation.samplerLogProbs, learned) }),
    });
    learned++;
  });
}
