// What the vision tower must know about a batch of images before it sees pixels: one reordering of merge blocks that puts frames
// of the same size side by side and, within a frame, windows of the same length. After it, every attention of every block is a
// few batched products over contiguous rows, with no padding and no masks; one product in the common case of equal images.

import { TrainerError } from '../../errors.ts';
import type { GridThw, VisionConfig } from './vision-config.ts';
import { layoutFrame, type FrameLayout } from './vision-window.ts';

/** All frames of one size. */
export interface FrameGroup {
  /** Number of frames. */
  readonly frames: number;
  readonly layout: FrameLayout;
}

/** Host-side plan for a batch of images; depends on the grids only, so keep it while the grids stay the same. */
export interface VisionPlan {
  /** Rows of the patch tensor. */
  readonly patches: number;
  /** Rows of the output: visual tokens of all images. */
  readonly tokens: number;
  readonly groups: readonly FrameGroup[];
  /** Merge blocks in the tower's order: position there -> index in the processor's order; absent where both are the same. */
  readonly order?: Int32Array;
  /** The inverse of `order`. */
  readonly inverseOrder?: Int32Array;
}

function checkGrid(config: VisionConfig, [frames, height, width]: GridThw): void {
  const size = config.spatialMergeSize;
  const positive = [frames, height, width].every((value) => Number.isInteger(value) && value > 0);
  if (positive && height % size === 0 && width % size === 0) return;
  throw new TrainerError(
    'invalid_image',
    `grid [${frames}, ${height}, ${width}] cannot be encoded: positive integers are allowed, height and width multiples of ` +
      `spatial_merge_size ${size}; resize the image to a multiple of ${size * config.patchSize} pixels`,
  );
}

interface PlacedFrames {
  readonly layout: FrameLayout;
  /** First merge block of each frame, in the processor's order. */
  readonly starts: number[];
}

/** Frames by size, sizes in order of first appearance. */
function collectFrames(config: VisionConfig, grids: readonly GridThw[]): PlacedFrames[] {
  const bySize = new Map<string, PlacedFrames>();
  let start = 0;
  for (const grid of grids) {
    checkGrid(config, grid);
    const [frames, height, width] = grid;
    const key = `${height}x${width}`;
    const placed = bySize.get(key) ?? { layout: layoutFrame(config, height, width), starts: [] };
    bySize.set(key, placed);
    for (let frame = 0; frame < frames; frame += 1) {
      placed.starts.push(start);
      start += placed.layout.order.length;
    }
  }
  return [...bySize.values()];
}

/**
 * Plans the encoding of a batch of images: the reordering, the rotary tables and the attention segments.
 * Each distinct frame size is laid out once. Throws `invalid_image` for a grid that is not a multiple of the merge size.
 */
export function planVision(config: VisionConfig, grids: readonly GridThw[]): VisionPlan {
  const placed = collectFrames(config, grids);
  const order = Int32Array.from(
    placed.flatMap(({ layout, starts }) => starts.flatMap((start) => layout.order.map((block) => start + block))),
  );
  const inverseOrder = new Int32Array(order.length);
  order.forEach((source, position) => (inverseOrder[source] = position));
  const groups = placed.map(({ layout, starts }) => ({ frames: starts.length, layout }));
  const sizes = { patches: order.length * config.spatialMergeSize ** 2, tokens: order.length, groups };
  return order.every((source, position) => source === position) ? sizes : { ...sizes, order, inverseOrder };
}
