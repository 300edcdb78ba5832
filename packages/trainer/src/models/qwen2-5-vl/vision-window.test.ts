import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SMALL_VISION } from '../../testing/small-vision.ts';
import { layoutFrame, windowsOf } from './vision-window.ts';

const config = SMALL_VISION;
const sides = fc.integer({ min: 1, max: 9 }).map((tokens) => 2 * tokens);

describe('windowsOf', () => {
  it('cuts what does not fill a window at the right and at the bottom', () => {
    // 3 x 5 tokens: 0..4, 5..9, 10..14
    expect(windowsOf(config, 6, 10)).toEqual([[0, 1, 5, 6], [2, 3, 7, 8], [4, 9], [10, 11], [12, 13], [14]]); // prettier-ignore
  });

  it('puts each token into the window of its cell, once', () => {
    fc.assert(
      fc.property(sides, sides, (height, width) => {
        const windows = windowsOf(config, height, width);
        const columns = width / 2;
        expect(windows.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: (height * width) / 4 }, (_, index) => index));
        for (const window of windows) {
          const cells = window.map((token) => `${Math.floor(Math.floor(token / columns) / 2)},${Math.floor((token % columns) / 2)}`);
          expect(new Set(cells).size).toBe(1);
        }
      }),
    );
  });

  it('refuses a window smaller than a token', () => {
    expect(() => windowsOf({ ...config, windowSize: 3 }, 4, 4)).toThrow(
      'window_size 3, a window must hold at least one merge block of 4 pixels',
    );
  });
});

describe('layoutFrame', () => {
  it('puts windows of the same length side by side', () => {
    const { order, runs, patches } = layoutFrame(config, 6, 10);
    expect(patches).toBe(60);
    expect(order).toEqual([0, 1, 5, 6, 2, 3, 7, 8, 4, 9, 10, 11, 12, 13, 14]);
    expect(runs).toEqual([
      { length: 16, count: 2 },
      { length: 8, count: 3 },
      { length: 4, count: 1 },
    ]);
  });

  it('has at most four runs that cover the frame', () => {
    fc.assert(
      fc.property(sides, sides, (height, width) => {
        const { runs, patches } = layoutFrame(config, height, width);
        expect(runs.length).toBeLessThanOrEqual(4);
        expect(runs.reduce((sum, run) => sum + run.length * run.count, 0)).toBe(patches);
      }),
    );
  });

  it('turns a head by vertical, then horizontal position, token by token', () => {
    const { cos, sin, order } = layoutFrame(config, 6, 10);
    const headDim = 8;
    expect(cos.length).toBe(60 * headDim);
    // Token 9 is in row 1, column 4 of tokens; its last patch is in row 3, column 9 of patches.
    const at = (order.indexOf(9) * 4 + 3) * headDim;
    const angles = [3, 3 * 0.01, 9, 9 * 0.01, 3, 3 * 0.01, 9, 9 * 0.01];
    angles.forEach((angle, index) => {
      expect(cos[at + index]).toBeCloseTo(Math.cos(angle), 6);
      expect(sin[at + index]).toBeCloseTo(Math.sin(angle), 6);
    });
  });

  it('refuses a head that is no multiple of 4', () => {
    expect(() => layoutFrame({ ...config, hiddenSize: 12 }, 4, 4)).toThrow('a head of 6; a head must be a multiple of 4 wide');
  });
});
