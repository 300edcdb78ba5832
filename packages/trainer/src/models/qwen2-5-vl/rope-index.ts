/**
 * Multimodal rotary positions (M-RoPE): every token has a temporal, a height and a width position. Text counts all three up together; an
 * image's tokens keep one temporal position and take their row and column; text goes on after the largest position so far.
 * Still images only: video, where time advances by seconds, is left out.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
import { rotateHalfMatrix, type RotaryTables } from '../../nn/rotary.ts';
import { ropeFrequencies } from './rope-scaling.ts';
import type { ModelConfig, TextConfig } from './config.ts';

/** Patches of an image as `[time, height, width]`. */
export type GridThw = readonly [number, number, number];

/** Positions of one token sequence: three rows of equal length, and the position that a following text token takes. */
export interface Positions {
  temporal: number[];
  height: number[];
  width: number[];
  next: number;
}

/**
 * Positions of a token sequence whose image placeholders appear in the order of `grids`.
 *
 * @throws TrainerError `invalid_batch` where placeholders and grids do not match
 */
export function ropeIndex(tokenIds: readonly number[], grids: readonly GridThw[], config: ModelConfig): Positions {
  const positions: Positions = { temporal: [], height: [], width: [], next: 0 };
  const merge = config.vision.spatialMergeSize;
  let image = 0;
  for (let index = 0; index < tokenIds.length;) {
    if (tokenIds[index] !== config.imageTokenId) {
      pushText(positions, 1);
      index++;
      continue;
    }
    const grid = grids[image++];
    if (grid === undefined) {
      throw new TrainerError(
        'invalid_batch',
        `Found image placeholders for image ${String(image)}, but only ${String(grids.length)} images were given. Give one image for each <image> mark.`,
      );
    }
    const [rows, columns] = [grid[1] / merge, grid[2] / merge];
    index += pushImage(positions, rows, columns);
  }
  if (image !== grids.length) {
    throw new TrainerError(
      'invalid_batch',
      `${String(grids.length)} images were given, but the tokens hold placeholders for ${String(image)}. Give one <image> mark for each image.`,
    );
  }
  return positions;
}

/** Appends `count` text positions after what is there. */
export function pushText(positions: Positions, count: number): void {
  for (let i = 0; i < count; i++) {
    positions.temporal.push(positions.next);
    positions.height.push(positions.next);
    positions.width.push(positions.next);
    positions.next++;
  }
}

function pushImage(positions: Positions, rows: number, columns: number): number {
  const start = positions.next;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      positions.temporal.push(start);
      positions.height.push(start + row);
      positions.width.push(start + column);
    }
  }
  positions.next = start + Math.max(1, rows, columns);
  return rows * columns;
}

/**
 * Rotary tables for a batch of positions.
 *
 * @param positions three arrays `[B*T]`: temporal, height, width
 * @returns tables `[B, 1, T, D]`; the caller owns them
 */
export function rotaryTables(
  positions: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
  shape: { batch: number; time: number },
  config: TextConfig,
): RotaryTables {
  const half = config.headSize / 2;
  const count = shape.batch * shape.time;
  const { frequencies, attentionFactor } = ropeFrequencies({
    headSize: config.headSize,
    theta: config.ropeTheta,
    scaling: config.ropeScaling,
  });
  const axes = mropeAxes(config.mropeSection);
  const cos = new Float32Array(count * config.headSize);
  const sin = new Float32Array(count * config.headSize);
  const distinct = positions.map(distinctPositions);
  for (let i = 0; i < half; i++) {
    const { values, slotOf } = at(distinct, at(axes, i));
    const angles = values.map((position) => Math.fround(position * frequencies[i]!));
    const cosines = angles.map((angle) => Math.cos(angle) * attentionFactor);
    const sines = angles.map((angle) => Math.sin(angle) * attentionFactor);
    for (let t = 0; t < count; t++) {
      const place = t * config.headSize + i;
      cos[place] = cos[place + half] = cosines[slotOf[t]!]!;
      sin[place] = sin[place + half] = sines[slotOf[t]!]!;
    }
  }
  const tableShape: [number, number, number, number] = [shape.batch, 1, shape.time, config.headSize];
  return { cos: tf.tensor4d(cos, tableShape), sin: tf.tensor4d(sin, tableShape), rotateHalf: rotateHalfMatrix(config.headSize) };
}

/** The different positions, and which of them each token has: many tokens share one, and a sine takes longer than to look it up. */
function distinctPositions(positions: ArrayLike<number>): { values: number[]; slotOf: Int32Array } {
  const slots = new Map<number, number>();
  const slotOf = Int32Array.from(positions, (position) => {
    const slot = slots.get(position) ?? slots.size;
    slots.set(position, slot);
    return slot;
  });
  return { values: [...slots.keys()], slotOf };
}

/** Which of the three axes turns each rotary frequency: `[2, 3, 3]` gives `0 0 1 1 1 2 2 2`. */
function mropeAxes(section: readonly [number, number, number]): (0 | 1 | 2)[] {
  return ([0, 1, 2] as const).flatMap((axis) => Array.from({ length: section[axis] }, () => axis));
}

/** Frees the tensors of rotary tables. */
export function disposeRotary(tables: RotaryTables): void {
  tf.dispose([tables.cos, tables.sin, tables.rotateHalf]);
}
