import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { resizeBicubic } from './resize-bicubic.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/processor/', import.meta.url));
const golden: { resized: { image: string; width: number; height: number; offset: number }[] } = JSON.parse(
  readFileSync(`${fixtures}goldens.json`, 'utf8'),
);
const expected = readFileSync(`${fixtures}resized.bin`);

describe('resizeBicubic', () => {
  it.each(golden.resized)('is equal to Pillow in every byte: $image to $width x $height', async ({ image, width, height, offset }) => {
    const resized = resizeBicubic(await decodeImage(`${fixtures}images/${image}`), width, height);
    expect(resized).toMatchObject({ width, height });
    expect(Buffer.compare(resized.data, expected.subarray(offset, offset + width * height * 3))).toBe(0);
  });

  it('keeps a plain color plain, and the same size untouched', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(side, side, side, side, byte, (width, height, newWidth, newHeight, value) => {
        const image = { width, height, data: new Uint8Array(width * height * 3).fill(value) };
        expect(new Set(resizeBicubic(image, newWidth, newHeight).data)).toEqual(new Set([value]));
        expect(resizeBicubic(image, width, height)).toBe(image);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a size without area', () => {
    expect(() => resizeBicubic({ width: 1, height: 1, data: new Uint8Array(3) }, 0, 4)).toThrow(/0x4/);
  });
});
