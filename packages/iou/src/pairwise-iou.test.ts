import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyBox, crowdedBox } from '../test/arbitrary.ts';
import { crowdIou, iou } from './iou.ts';
import { flattenBoxes, pairwiseIou, pairwiseIouScalar } from './pairwise-iou.ts';
import { pairwiseKernel } from './pairwise-kernel.ts';

const boxes = fc.array(fc.oneof(anyBox, crowdedBox), { maxLength: 12 });

describe('pairwiseIou', () => {
  it('equals iou bit for bit, for lists and flat arrays', () => {
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        const expected = a.flatMap((first) => b.map((second) => iou(first, second)));
        expect([...pairwiseIou(a, b)]).toEqual(expected);
        expect([...pairwiseIou(flattenBoxes(a), flattenBoxes(b))]).toEqual(expected);
      }),
    );
  });

  it('uses crowdIou in the columns of crowds', () => {
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        const crowd = b.map((_, column) => column % 2 === 0);
        const expected = a.flatMap((first) => b.map((second, column) => (crowd[column] ? crowdIou(first, second) : iou(first, second))));
        expect([...pairwiseIou(a, b, { crowd })]).toEqual(expected);
      }),
    );
  });

  it.each([
    [1, 5000],
    [70, 71],
    [3, 8195],
    [5000, 1],
  ])('gives the same bits through the kernel for %d x %d boxes', (rows, columns) => {
    expect(pairwiseKernel).toBeDefined();
    const draw = (count: number): Float64Array => flattenBoxes(fc.sample(fc.oneof(anyBox, crowdedBox), { seed: count, numRuns: count }));
    const [first, second] = [draw(rows), draw(columns)];
    const scalar = new Float64Array(rows * columns);
    pairwiseIouScalar(first, second, { out: scalar });
    const kernel = new Float64Array(rows * columns).fill(NaN);
    pairwiseKernel?.(first, second, kernel);
    expect(Buffer.from(kernel.buffer).equals(Buffer.from(scalar.buffer))).toBe(true);
    expect(Buffer.from(pairwiseIou(first, second).buffer).equals(Buffer.from(scalar.buffer))).toBe(true);
    expect(scalar.some((value) => value > 0)).toBe(true);
  });

  it('writes into a given array', () => {
    const out = new Float64Array(5).fill(-1);
    expect(
      pairwiseIou(
        [[0, 0, 2, 2]],
        [
          [0, 0, 2, 2],
          [9, 9, 10, 10],
        ],
        { out },
      ),
    ).toBe(out);
    expect([...out]).toEqual([1, 0, -1, -1, -1]);
  });

  it('refuses what cannot be boxes', () => {
    expect(() => pairwiseIou(new Float64Array(5), [])).toThrow(/5 numbers.*four/);
    expect(() => pairwiseIou([[0, 0, NaN, 1]], [])).toThrow(/Box 0 is \[0, 0, NaN, 1\].*finite/);
    expect(() => pairwiseIou([[0, 0, 1, 1]], [[0, 0, 1, 1]], { crowd: [] })).toThrow(/0 crowd flags for 1 boxes/);
    expect(() => pairwiseIou([[0, 0, 1, 1]], [[0, 0, 1, 1]], { out: new Float64Array(0) })).toThrow(RangeError);
  });
});
