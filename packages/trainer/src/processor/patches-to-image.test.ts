import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageToPatches } from './image-to-patches.ts';
import { patchesToImage } from './patches-to-image.ts';
import { DEFAULT_PROCESSOR_CONFIG } from './processor-config.ts';

describe('patchesToImage', () => {
  it('gives back every byte of an image that was not resized', () => {
    const config = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 4, doResize: false };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer(), (rows, columns, seed) => {
        const size = { width: columns * 8, height: rows * 8 };
        const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => (i * 167 + seed) & 255);
        expect(patchesToImage(imageToPatches({ ...size, data }, config), config)).toEqual({ ...size, data });
      }),
    );
  });

  it('refuses patches of another processor', () => {
    const config = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 4, doResize: false };
    const image = { width: 8, height: 8, data: new Uint8Array(192).fill(7) };
    const other = { ...config, imageMean: [0.1, 0.2, 0.3] };
    expect(() => patchesToImage(imageToPatches(image, other), config)).toThrow(/no pixel under this processor/);
  });
});
