// Index computations of the vision tower, for one frame of patches: which merge blocks share an attention window, and where each
// patch is. Everything is plain arithmetic on the host, in the order the processor emits patches: merge block by merge block.
// Windows come sorted by length (ties in reading order), not in reading order throughout: attention within a window does not
// depend on where the window is, and equal windows side by side are attended in one batched product without masks.

import { TrainerError } from '../../errors.ts';
import { visionHeadDim, type VisionConfig } from './vision-config.ts';

/** `count` neighbouring attention windows of `length` patches each. */
export interface WindowRun {
  readonly length: number;
  readonly count: number;
}

/** One frame of `height` x `width` patches, laid out for window attention. */
export interface FrameLayout {
  /** Patches in the frame. */
  readonly patches: number;
  /** Merge blocks in window order: position in the window order -> index in the processor's order. */
  readonly order: readonly number[];
  readonly runs: readonly WindowRun[];
  /** Rotary tables `[patches, headDim]` in window order. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Side of a window in merge blocks. */
function windowSide({ windowSize, spatialMergeSize, patchSize }: VisionConfig): number {
  const side = Math.floor(windowSize / spatialMergeSize / patchSize);
  if (side >= 1) return side;
  throw new TrainerError(
    'invalid_config',
    `vision_config has window_size ${windowSize}, a window must hold at least one merge block of ${spatialMergeSize * patchSize} pixels; ` +
      'make window_size a multiple of spatial_merge_size x patch_size',
  );
}

/** Merge blocks (indices in reading order) of each window of a frame, windows that would be empty left out. */
export function windowsOf(config: VisionConfig, height: number, width: number): number[][] {
  const side = windowSide(config);
  const [rows, columns] = [height / config.spatialMergeSize, width / config.spatialMergeSize];
  const windows: number[][] = [];
  for (let top = 0; top < rows; top += side) {
    for (let left = 0; left < columns; left += side) {
      const window: number[] = [];
      for (let row = top; row < Math.min(top + side, rows); row += 1) {
        for (let column = left; column < Math.min(left + side, columns); column += 1) window.push(row * columns + column);
      }
      windows.push(window);
    }
  }
  return windows;
}

function runsOf(lengths: readonly number[]): WindowRun[] {
  const runs: WindowRun[] = [];
  for (const length of lengths) {
    const last = runs.at(-1);
    if (last?.length === length) runs[runs.length - 1] = { length, count: last.count + 1 };
    else runs.push({ length, count: 1 });
  }
  return runs;
}

function inverseFrequencies(config: VisionConfig): number[] {
  const spatial = visionHeadDim(config) / 2;
  return Array.from({ length: spatial / 2 }, (_, index) => Math.fround(1 / config.ropeTheta ** ((2 * index) / spatial)));
}

/** Rotation angles of one head, `headDim` of them: vertical then horizontal frequencies, and the same again. */
function anglesAt(row: number, column: number, frequencies: readonly number[]): number[] {
  const half = [...frequencies.map((frequency) => row * frequency), ...frequencies.map((frequency) => column * frequency)];
  return [...half, ...half].map(Math.fround);
}

/** Vertical and horizontal position of each patch, in the given order of merge blocks. */
function positionsOf(order: readonly number[], columns: number, mergeSize: number): [row: number, column: number][] {
  return order.flatMap((block) => {
    const [top, left] = [Math.floor(block / columns) * mergeSize, (block % columns) * mergeSize];
    return Array.from({ length: mergeSize ** 2 }, (_, inner): [number, number] => [
      top + Math.floor(inner / mergeSize),
      left + (inner % mergeSize),
    ]);
  });
}

/** Lays out one frame of `height` x `width` patches (both multiples of the merge size). */
export function layoutFrame(config: VisionConfig, height: number, width: number): FrameLayout {
  const windows = windowsOf(config, height, width).sort((a, b) => b.length - a.length);
  const order = windows.flat();
  const frequencies = inverseFrequencies(config);
  const positions = positionsOf(order, width / config.spatialMergeSize, config.spatialMergeSize);
  const angles = positions.flatMap(([row, column]) => anglesAt(row, column, frequencies));
  return {
    patches: height * width,
    order,
    runs: runsOf(windows.map((window) => window.length * config.spatialMergeSize ** 2)),
    cos: Float32Array.from(angles, Math.cos),
    sin: Float32Array.from(angles, Math.sin),
  };
}
