// Random boxes for the property tests.

import fc from 'fast-check';

import type { Box } from '../src/box.ts';

const coordinate = fc.integer({ min: -400, max: 400 }).map((value) => value / 4);
const side = fc.integer({ min: 0, max: 400 }).map((value) => value / 4);

/** A valid box on a grid of quarters, so that sums and products are exact; sides may be 0. */
export const anyBox: fc.Arbitrary<Box> = fc
  .tuple(coordinate, coordinate, side, side)
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);

/** A valid box with an area above 0. */
export const solidBox: fc.Arbitrary<Box> = anyBox.filter(([x1, y1, x2, y2]) => x2 > x1 && y2 > y1);

/** Boxes that overlap often: few places, small offsets. */
export const crowdedBox: fc.Arbitrary<Box> = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);
