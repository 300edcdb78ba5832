// Images of ordinary photo sizes against transformers' image processor; see test/fixtures/processor/HOW.md.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageToPatches } from './image-to-patches.ts';
import { DEFAULT_PROCESSOR_CONFIG } from './processor-config.ts';
import { readImage } from './read-image.ts';

interface Photo {
  readonly width: number;
  readonly height: number;
  readonly min_pixels: number;
  readonly max_pixels: number;
  readonly grid: number[];
  readonly sha256: string;
  readonly rows: number[];
  readonly first_values: number[][];
}

const path = new URL('../../test/fixtures/processor/photos.json', import.meta.url);
const { photos } = JSON.parse(readFileSync(path, 'utf8')) as { photos: Photo[] };

/** The pixels of `photo` in make_photos.py, as a PNG. */
function encodedPhoto(width: number, height: number): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[to++] = (x * 3 + y * 2) % 256;
      data[to++] = Math.floor((x * y) / 16) % 256;
      data[to++] = ((Math.floor(x / 7) + Math.floor(y / 5)) % 2) * 255;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

describe('readImage', () => {
  it.each(photos)(
    'gives the grid and pixels of transformers for $width x $height between $min_pixels and $max_pixels',
    { timeout: 60_000 },
    async (photo) => {
      const config = { ...DEFAULT_PROCESSOR_CONFIG, minPixels: photo.min_pixels, maxPixels: photo.max_pixels };
      const { image, stored } = await readImage(await encodedPhoto(photo.width, photo.height), config);
      // The processor of the model has its own, wider limits; what is fitted already passes it untouched.
      const wider = { ...config, maxPixels: DEFAULT_PROCESSOR_CONFIG.maxPixels };
      for (const own of [config, wider]) {
        const { grid, patches } = imageToPatches(image, own);
        expect(grid).toEqual(photo.grid);
        const length = patches.length / (grid[1] * grid[2]);
        photo.rows.forEach((row, index) => {
          expect([...patches.subarray(row * length, row * length + 4)]).toEqual(photo.first_values[index]);
        });
        expect(createHash('sha256').update(new Uint8Array(patches.buffer)).digest('hex')).toBe(photo.sha256);
      }
      expect(stored).toEqual({ width: photo.width, height: photo.height });
    },
  );

  it('keeps an image as it is where the configuration does not resize', async () => {
    const { image } = await readImage(await encodedPhoto(50, 30), { ...DEFAULT_PROCESSOR_CONFIG, doResize: false });
    expect([image.width, image.height]).toEqual([50, 30]);
  });
});
