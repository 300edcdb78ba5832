// Places boxes without overlap by trying random positions.
import type { Box } from '@vtriune/iou';
import { SCENE_SIZE } from './contract.ts';
import { SuiteError } from './errors.ts';
import type { Random } from './random.ts';

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

const TRIES = 60;
const RESTARTS = 600;

function overlaps(first: Box, second: Box, gap: number): boolean {
  return first[0] < second[2] + gap && second[0] < first[2] + gap && first[1] < second[3] + gap && second[1] < first[3] + gap;
}

function placeOne(random: Random, { width, height }: Size, options: { taken: readonly Box[]; gap: number }): Box | undefined {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const left = random.int(0, SCENE_SIZE - width);
    const top = random.int(0, SCENE_SIZE - height);
    const box: Box = [left, top, left + width, top + height];
    if (!options.taken.some((other) => overlaps(box, other, options.gap))) return box;
  }
  return undefined;
}

function placeAll(random: Random, sizes: readonly Size[], gap: number): Box[] | undefined {
  const taken: Box[] = [];
  for (const size of sizes) {
    const box = placeOne(random, size, { taken, gap });
    if (!box) return undefined;
    taken.push(box);
  }
  return taken;
}

/** Boxes of the given sizes, in their order, at least `gap` pixels apart; `accept` may refuse a placement. Throws `SuiteError` if it does not fit. */
export function placeBoxes(
  random: Random,
  sizes: readonly Size[],
  options: { gap?: number; accept?: (boxes: readonly Box[]) => boolean } = {},
): Box[] {
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const boxes = placeAll(random, sizes, options.gap ?? 2);
    if (boxes && (options.accept?.(boxes) ?? true)) return boxes;
  }
  const wanted = sizes.map(({ width, height }) => `${width}x${height}`).join(', ');
  throw new SuiteError('unplaceable', `no free placement for ${wanted} in ${SCENE_SIZE}x${SCENE_SIZE}: use fewer or smaller objects`);
}
