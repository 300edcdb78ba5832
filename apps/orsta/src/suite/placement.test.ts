import { describe, expect, it } from 'vitest';
import { SuiteError } from './errors.ts';
import { placeBoxes } from './placement.ts';
import { createRandom } from './random.ts';

describe('placeBoxes', () => {
  it('keeps the sizes, the order, the canvas and the gap', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const sizes = [30, 24, 18, 20].map((width) => ({ width, height: width - 4 }));
      const boxes = placeBoxes(createRandom(seed), sizes, { gap: 3 });
      boxes.forEach(([left, top, right, bottom], index) => {
        expect([right - left, bottom - top]).toEqual([sizes[index]?.width, sizes[index]?.height]);
        expect(left >= 0 && top >= 0 && right <= 96 && bottom <= 96).toBe(true);
        for (const other of boxes.slice(index + 1)) {
          expect(left - other[2] >= 3 || other[0] - right >= 3 || top - other[3] >= 3 || other[1] - bottom >= 3).toBe(true);
        }
      });
    }
  });

  it('gives up with a message where nothing fits', () => {
    expect(() =>
      placeBoxes(createRandom(1), [
        { width: 90, height: 90 },
        { width: 20, height: 20 },
      ]),
    ).toThrow(SuiteError);
  });
});
