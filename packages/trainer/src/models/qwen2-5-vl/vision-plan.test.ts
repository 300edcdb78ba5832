import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SMALL_VISION } from '../../testing/small-vision.ts';
import type { GridThw } from './vision-config.ts';
import { planVision } from './vision-plan.ts';

const config = SMALL_VISION;

describe('planVision', () => {
  it('makes one group of equal images, frames of clips included', () => {
    const { groups, patches, tokens } = planVision(config, [[1, 8, 8], [2, 8, 8]]); // prettier-ignore
    expect(groups.map(({ frames, layout }) => [frames, layout.runs])).toEqual([[3, [{ length: 16, count: 4 }]]]);
    expect([patches, tokens]).toEqual([192, 48]);
  });

  it('brings frames of the same size together', () => {
    const { groups, order } = planVision(config, [[1, 4, 4], [1, 2, 2], [1, 4, 4]]); // prettier-ignore
    expect(groups.map(({ frames, layout }) => [frames, layout.patches])).toEqual([
      [2, 16],
      [1, 4],
    ]);
    expect([...(order ?? [])]).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 4]);
  });

  it('reorders nothing where every image is one window', () => {
    expect(planVision(config, [[1, 4, 4], [1, 2, 4]]).order).toBeUndefined(); // prettier-ignore
  });

  it('reorders by a permutation and its inverse', () => {
    const side = fc.integer({ min: 1, max: 5 }).map((tokens) => 2 * tokens);
    const grid: fc.Arbitrary<GridThw> = fc.tuple(fc.integer({ min: 1, max: 3 }), side, side);
    fc.assert(
      fc.property(fc.array(grid, { maxLength: 5 }), (grids) => {
        const { order, inverseOrder, patches, tokens, groups } = planVision(config, grids);
        expect(patches).toBe(grids.reduce((sum, [t, h, w]) => sum + t * h * w, 0));
        expect(groups.reduce((sum, { frames, layout }) => sum + frames * layout.patches, 0)).toBe(patches);
        expect(tokens).toBe(patches / 4);
        if (order === undefined || inverseOrder === undefined) return;
        expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
        order.forEach((source, position) => expect(inverseOrder[source]).toBe(position));
      }),
    );
  });

  it.each([[[1, 3, 4]], [[1, 4, 0]], [[0, 4, 4]], [[1, 4, 2.5]]] as GridThw[][])('refuses the grid %j', (grid) => {
    expect(() => planVision(config, [grid])).toThrow(expect.objectContaining({ code: 'invalid_image' }));
    expect(() => planVision(config, [grid])).toThrow('resize the image to a multiple of 4 pixels');
  });
});
