import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSimple, polygonIou, signedArea, type Point, type Polygon } from './polygon-iou.ts';

function square(x: number, y: number, side: number): Polygon {
  return [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
}

/** A skyline: columns of whole heights on a common ground, concave wherever a lower column stands between higher ones. */
function skyline(heights: readonly number[]): Polygon {
  const roof = heights.flatMap((height, index): Point[] => [
    [index, height],
    [index + 1, height],
  ]);
  const corners: Point[] = [[0, 0], ...roof, [heights.length, 0]];
  return corners.filter(([x, y], index) => corners[index - 1]?.[0] !== x || corners[index - 1]?.[1] !== y);
}

const heights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });
const number = fc.integer({ min: -8, max: 8 });
const map = fc.record({ a: number, b: number, c: number, d: number, x: number, y: number }).filter(({ a, b, c, d }) => a * d !== b * c);

describe('polygonIou', () => {
  it('is right where clipping as if convex is wrong', () => {
    const u: Polygon = [
      [0, 0],
      [3, 0],
      [3, 3],
      [2, 3],
      [2, 1],
      [1, 1],
      [1, 3],
      [0, 3],
    ];
    expect(polygonIou(u, square(1, 1, 1))).toBe(0);
    expect(polygonIou(u, square(0, 0, 3))).toBe(0.777777777778);
    // The two arms, cut by a bar across them: an intersection in two parts.
    expect(
      polygonIou(u, [
        [0, 2],
        [3, 2],
        [3, 3],
        [0, 3],
      ]),
    ).toBe(0.25);
  });

  it('counts cells of skylines, whatever affine map both go through', () => {
    fc.assert(
      fc.property(heights, heights, map, (one, two, { a, b, c, d, x, y }) => {
        const columns = Array.from({ length: Math.max(one.length, two.length) }, (_, index) => [one[index] ?? 0, two[index] ?? 0] as const);
        const shared = columns.reduce((sum, pair) => sum + Math.min(...pair), 0);
        const union = columns.reduce((sum, pair) => sum + Math.max(...pair), 0);
        const mapped = (polygon: Polygon): Polygon => polygon.map(([px, py]) => [a * px + b * py + x, c * px + d * py + y]);
        expect(polygonIou(mapped(skyline(one)), mapped(skyline(two)))).toBeCloseTo(shared / union, 11);
      }),
      { numRuns: 100 },
    );
  });

  it('is symmetric, and does not depend on direction or first corner', () => {
    fc.assert(
      fc.property(heights, heights, fc.nat(), (one, two, start) => {
        const [a, b] = [skyline(one), skyline(two)];
        const shift = start % a.length;
        const same = [...a.slice(shift), ...a.slice(0, shift)].reverse();
        expect(polygonIou(same, b)).toBeCloseTo(polygonIou(b, a), 11);
        expect(polygonIou(a, same)).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  it('gives 0 for polygons that are apart or only touch', () => {
    expect(polygonIou(square(0, 0, 2), square(5, 5, 1))).toBe(0);
    expect(polygonIou(square(0, 0, 2), square(2, 0, 2))).toBe(0);
  });
});

describe('isSimple', () => {
  it('accepts what is concave and refuses what crosses, touches or folds back', () => {
    expect(isSimple(skyline([3, 1, 3]))).toBe(true);
    expect(signedArea(skyline([3, 1, 3]))).toBe(-7);
    expect(
      isSimple([
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
      ]),
    ).toBe(false);
    expect(
      isSimple([
        [0, 0],
        [4, 0],
        [4, 4],
        [2, 0],
        [0, 4],
      ]),
    ).toBe(false);
    expect(
      isSimple([
        [0, 0],
        [4, 0],
        [2, 0],
        [2, 2],
      ]),
    ).toBe(false);
    expect(
      isSimple([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    ).toBe(false);
    expect(
      isSimple([
        [0, 0],
        [1, 1],
      ]),
    ).toBe(false);
  });
});
