import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smartResize } from './smart-resize.ts';

const file = new URL('../../test/fixtures/processor/goldens.json', import.meta.url);
const golden: { smart_resize: [number, number, number, number, number, number, number][] } = JSON.parse(readFileSync(file, 'utf8'));

describe('smartResize', () => {
  it('is equal to Python', () => {
    for (const [height, width, factor, minPixels, maxPixels, expectedHeight, expectedWidth] of golden.smart_resize) {
      const size = { height, width, factor, minPixels, maxPixels };
      expect({ ...size, result: smartResize(size) }).toEqual({ ...size, result: { height: expectedHeight, width: expectedWidth } });
    }
    expect(golden.smart_resize.length).toBeGreaterThan(300);
  });

  it('rounds halves to even', () => {
    expect(smartResize({ height: 70, width: 98, factor: 28, minPixels: 1, maxPixels: 1e9 })).toEqual({ height: 56, width: 112 });
  });

  it('gives multiples of the factor, inside the limits, and leaves its own results alone', () => {
    const side = fc.integer({ min: 20, max: 3000 });
    fc.assert(
      fc.property(side, side, fc.constantFrom(16, 28), (height, width, factor) => {
        const limits = { factor, minPixels: 16 * factor * factor, maxPixels: 400 * factor * factor };
        const result = smartResize({ height, width, ...limits });
        expect(result.height % factor).toBe(0);
        expect(result.width % factor).toBe(0);
        expect(result.height * result.width).toBeGreaterThanOrEqual(limits.minPixels);
        expect(result.height * result.width).toBeLessThanOrEqual(limits.maxPixels);
        expect(smartResize({ ...result, ...limits })).toEqual(result);
      }),
    );
  });

  it('refuses extreme shapes and sizes that are none', () => {
    const limits = { factor: 28, minPixels: 1, maxPixels: 1e6 };
    expect(() => smartResize({ height: 1, width: 201, ...limits })).toThrow(/aspect ratio of 201\.0; at most 200/);
    expect(() => smartResize({ height: 0, width: 5, ...limits })).toThrow(/no area/);
    expect(() => smartResize({ height: 10, width: 100, factor: 28, minPixels: 0, maxPixels: 1e6 })).toThrow(/rounds to 0/);
  });
});
