import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyBox, solidBox } from '../test/arbitrary.ts';
import type { Box } from './box.ts';
import { ciou, crowdIou, diou, giou, iou, pointInBox } from './iou.ts';

function shift([x1, y1, x2, y2]: Box, by: number): Box {
  return [x1 + by, y1 - by, x2 + by, y2 - by];
}
function scale(box: Box, by: number): Box {
  return [box[0] * by, box[1] * by, box[2] * by, box[3] * by];
}
const measures = { iou, giou, diou, ciou };

describe('overlap measures', () => {
  it('gives the values one computes by hand', () => {
    // 5 x 5 shared, 10 x 10 each, enclosed by 15 x 15, centers 5 apart on both axes.
    const [a, b]: [Box, Box] = [
      [0, 0, 10, 10],
      [5, 5, 15, 15],
    ];
    expect(iou(a, b)).toBeCloseTo(25 / 175, 15);
    expect(giou(a, b)).toBeCloseTo(25 / 175 - 50 / 225, 15);
    expect(diou(a, b)).toBeCloseTo(25 / 175 - 50 / 450, 15);
    expect(ciou(a, b)).toBeCloseTo(diou(a, b), 15);
    expect(crowdIou(a, b)).toBe(0.25);
  });

  it('adds the penalty for the shape to the complete IoU', () => {
    const [a, b]: [Box, Box] = [
      [0, 0, 10, 10],
      [0, 0, 10, 5],
    ];
    const shape = (4 / Math.PI ** 2) * (Math.PI / 4 - Math.atan(2)) ** 2;
    expect(ciou(a, b)).toBeCloseTo(0.5 - 2.5 ** 2 / 200 - shape ** 2 / (0.5 + shape), 14);
  });

  it('sees no overlap where boxes only touch or are inverted', () => {
    expect(iou([0, 0, 10, 10], [10, 0, 20, 10])).toBe(0);
    expect(iou([0, 0, 10, 10], [8, 8, 2, 2])).toBe(0);
    expect(iou([5, 5, 5, 5], [5, 5, 5, 5])).toBe(0);
    expect(giou([5, 5, 5, 5], [5, 5, 5, 5])).toBe(0);
    expect(diou([5, 5, 5, 5], [5, 5, 5, 5])).toBe(0);
  });

  it.each(Object.entries(measures))('%s is symmetric, in range, and 1 for equal boxes', (name, measure) => {
    const lowest = name === 'iou' ? 0 : name === 'ciou' ? -2 : -1;
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        expect(measure(a, b)).toBeCloseTo(measure(b, a), 12);
        expect(measure(a, b)).toBeGreaterThanOrEqual(lowest);
        expect(measure(a, b)).toBeLessThanOrEqual(1);
      }),
    );
    fc.assert(
      fc.property(solidBox, (box) => {
        expect(measure(box, box)).toBe(1);
      }),
    );
  });

  it.each(Object.entries(measures))('%s does not change with the place or the unit', (_, measure) => {
    fc.assert(
      fc.property(fc.tuple(solidBox, solidBox), fc.integer({ min: -50, max: 50 }), fc.constantFrom(0.25, 2, 8), ([a, b], by, factor) => {
        expect(measure(shift(a, by), shift(b, by))).toBeCloseTo(measure(a, b), 12);
        expect(measure(scale(a, factor), scale(b, factor))).toBeCloseTo(measure(a, b), 12);
      }),
    );
  });

  it('orders the measures: ciou <= diou <= iou and giou <= iou', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        expect(giou(a, b)).toBeLessThanOrEqual(iou(a, b));
        expect(diou(a, b)).toBeLessThanOrEqual(iou(a, b));
        expect(ciou(a, b)).toBeLessThanOrEqual(diou(a, b));
      }),
    );
  });

  it('overlaps a crowd by the share of the prediction', () => {
    expect(crowdIou([2, 2, 4, 4], [0, 0, 100, 100])).toBe(1);
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        expect(crowdIou(a, b)).toBeGreaterThanOrEqual(iou(a, b));
      }),
    );
  });

  it('counts the edges of a box as inside', () => {
    expect(pointInBox([0, 5], [0, 0, 10, 10])).toBe(true);
    expect(pointInBox([10, 10], [0, 0, 10, 10])).toBe(true);
    expect(pointInBox([10.1, 5], [0, 0, 10, 10])).toBe(false);
    expect(pointInBox([NaN, 5], [0, 0, 10, 10])).toBe(false);
  });
});
