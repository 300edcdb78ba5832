import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Shape } from './canvas.ts';
import { createCanvas } from './canvas.ts';
import { FIGURES, circle, drawFigure, polygon, rectangle, ring, segment, wedge } from './shapes.ts';

const shapes: Record<string, Shape> = {
  circle: circle([10, 12], 5),
  ring: ring([10, 12], 6, 2),
  rectangle: rectangle([3, 4, 9, 15]),
  segment: segment([2, 3], [14, 11], 3),
  star: polygon([
    [10, 2],
    [12, 8],
    [18, 8],
    [13, 12],
    [15, 18],
    [10, 14],
    [5, 18],
    [7, 12],
    [2, 8],
    [8, 8],
  ]),
  slice: wedge([10, 10], 8, [0.1, 0.3]),
  largeSlice: wedge([10, 10], 8, [0.1, 0.9]),
};

describe.each(Object.entries(shapes))('%s', (_name, shape) => {
  it('has everything inside its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 25, noNaN: true }), fc.double({ min: -5, max: 25, noNaN: true }), (x, y) => {
        const [left, top, right, bottom] = shape.bounds;
        const outside = x < left - 0.1 || x > right + 0.1 || y < top - 0.1 || y > bottom + 0.1;
        if (outside) expect(shape.distance(x, y)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('wedge', () => {
  it('runs clockwise from twelve', () => {
    const quarter = wedge([0, 0], 10, [0, 0.25]);
    expect(quarter.distance(3, -3)).toBeLessThan(0);
    expect(quarter.distance(-3, -3)).toBeGreaterThan(0);
    expect(quarter.distance(3, 3)).toBeGreaterThan(0);
    const rest = wedge([0, 0], 10, [0.25, 1]);
    expect(rest.distance(3, -3)).toBeGreaterThan(0);
    expect(rest.distance(-3, -3)).toBeLessThan(0);
    expect(rest.distance(3, 3)).toBeLessThan(0);
  });
});

describe('polygon', () => {
  it('agrees with a rectangle inside and out', () => {
    const box = polygon([
      [2, 2],
      [8, 2],
      [8, 6],
      [2, 6],
    ]);
    expect(box.distance(5, 4)).toBeCloseTo(-2);
    expect(box.distance(5, 8)).toBeCloseTo(2);
    expect(box.distance(11, 10)).toBeCloseTo(5);
  });
});

describe('drawFigure', () => {
  it.each(FIGURES)('fills a tight box with a %s', (name) => {
    const canvas = createCanvas(40, 40, [255, 255, 255]);
    const [left, top, right, bottom] = drawFigure(canvas, { name, center: [20, 20], radius: 11 }, [0, 0, 0]);
    const dark = (x: number, y: number): boolean => (canvas.pixels[(y * 40 + x) * 3] ?? 255) < 192;
    const found = [40, 40, 0, 0];
    for (let y = 0; y < 40; y += 1)
      for (let x = 0; x < 40; x += 1)
        if (dark(x, y)) {
          found[0] = Math.min(found[0] ?? 0, x);
          found[1] = Math.min(found[1] ?? 0, y);
          found[2] = Math.max(found[2] ?? 0, x + 1);
          found[3] = Math.max(found[3] ?? 0, y + 1);
        }
    [left, top, right, bottom].forEach((edge, index) => expect(Math.abs(edge - (found[index] ?? 0))).toBeLessThanOrEqual(1));
  });
});
