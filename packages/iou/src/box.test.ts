import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyBox } from '../test/arbitrary.ts';
import { boxArea, boxFromCxcywh, boxFromXywh, boxToCxcywh, boxToXywh, clipBox, isValidBox, scaleBox } from './box.ts';

describe('boxes', () => {
  it('converts between corners, left-top-size and center-size', () => {
    expect(boxFromXywh([10, 20, 30, 40])).toEqual([10, 20, 40, 60]);
    expect(boxToXywh([10, 20, 40, 60])).toEqual([10, 20, 30, 40]);
    expect(boxFromCxcywh([25, 40, 30, 40])).toEqual([10, 20, 40, 60]);
    expect(boxToCxcywh([10, 20, 40, 60])).toEqual([25, 40, 30, 40]);
  });

  it('comes back from both conversions', () => {
    fc.assert(
      fc.property(anyBox, (box) => {
        expect(boxFromXywh(boxToXywh(box))).toEqual(box);
        expect(boxFromCxcywh(boxToCxcywh(box))).toEqual(box);
      }),
    );
  });

  it('clips to the image and never grows', () => {
    expect(clipBox([-5, 10, 120, 90], { width: 100, height: 50 })).toEqual([0, 10, 100, 50]);
    expect(boxArea(clipBox([200, 200, 300, 300], { width: 100, height: 50 }))).toBe(0);
    fc.assert(
      fc.property(anyBox, (box) => {
        const clipped = clipBox(box, { width: 60, height: 40 });
        expect(isValidBox(clipped)).toBe(true);
        expect(boxArea(clipped)).toBeLessThanOrEqual(boxArea(box));
        expect(clipBox(clipped, { width: 60, height: 40 })).toEqual(clipped);
      }),
    );
  });

  it('scales each axis by its own factor', () => {
    expect(scaleBox([1, 2, 3, 4], { x: 10, y: 100 })).toEqual([10, 200, 30, 400]);
  });

  it('gives an inverted box no area', () => {
    expect(boxArea([0, 0, 4, 5])).toBe(20);
    expect(boxArea([4, 0, 0, 5])).toBe(0);
    expect(boxArea([4, 5, 0, 0])).toBe(0);
  });

  it.each([
    [[0, 0, 1, 1], true],
    [[2, 2, 2, 2], true],
    [[3, 0, 1, 1], false],
    [[0, 3, 1, 1], false],
    [[0, 0, 1], false],
    [[0, 0, 1, 1, 1], false],
    [[0, 0, NaN, 1], false],
    [[0, 0, Infinity, 1], false],
    [['0', 0, 1, 1], false],
    ['0,0,1,1', false],
    [null, false],
  ])('tells whether %j is a box', (value, expected) => {
    expect(isValidBox(value)).toBe(expected);
  });
});
