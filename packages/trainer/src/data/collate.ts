import { MASKED } from '../models/qwen2-5-vl/model.ts';
import type { ImageInput, PackedRow } from './packed-row.ts';

/** Rows padded to one length, as flat host arrays ready to become tensors. */
export interface CollatedRows {
  batch: number;
  time: number;
  /** `[B*T]` */
  tokenIds: Int32Array;
  /** Temporal, height and width positions, `[B*T]` each. */
  positions: [Int32Array, Int32Array, Int32Array];
  /** Additive, `[B, 1, T, T]`. */
  mask: Float32Array;
  /** For each target the flat index of the token that predicts it, `[N]`. */
  predictedFrom: Int32Array;
  /** `[N]` */
  targetIds: Int32Array;
  images: readonly ImageInput[];
}

/** Pads packed rows to the longest and builds their block mask: a token sees the prefix and, up to itself, its own continuation. */
export function collate(rows: readonly PackedRow[], paddingTokenId: number): CollatedRows {
  const batch = rows.length;
  const time = rows.reduce((longest, row) => Math.max(longest, row.tokenIds.length), 1);
  const tokenIds = new Int32Array(batch * time).fill(paddingTokenId);
  const positions: CollatedRows['positions'] = [new Int32Array(batch * time), new Int32Array(batch * time), new Int32Array(batch * time)];
  const mask = new Float32Array(batch * time * time).fill(MASKED);
  rows.forEach((row, b) => {
    tokenIds.set(row.tokenIds, b * time);
    positions[0].set(row.temporal, b * time);
    positions[1].set(row.height, b * time);
    positions[2].set(row.width, b * time);
    fillMask(mask, row.segments, { offset: b * time * time, time });
  });
  const targets = rows.flatMap((row, b) => row.targets.map((target) => ({ from: b * time + target.at, id: target.tokenId })));
  return {
    batch,
    time,
    tokenIds,
    positions,
    mask,
    predictedFrom: Int32Array.from(targets, (target) => target.from),
    targetIds: Int32Array.from(targets, (target) => target.id),
    images: rows.flatMap((row) => row.images),
  };
}

function fillMask(mask: Float32Array, segments: readonly number[], layout: { offset: number; time: number }): void {
  let prefix = 0;
  while (segments[prefix] === 0) prefix++;
  let begin = 0;
  for (let i = 0; i < segments.length; i++) {
    const line = layout.offset + i * layout.time;
    if (i < prefix) {
      mask.fill(0, line, line + i + 1);
      continue;
    }
    if (i === prefix || segments[i] !== segments[i - 1]) begin = i;
    mask.fill(0, line, line + prefix);
    mask.fill(0, line + begin, line + i + 1);
  }
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
