import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { imageToPatches, targetSize } from './image-to-patches.ts';
import { DEFAULT_PROCESSOR_CONFIG, readProcessorConfig } from './processor-config.ts';
import type { ProcessorConfig } from './processor-config.ts';

interface Golden {
  config: string;
  image: string;
  grid: [number, number, number];
  shape: [number, number];
  step: number;
  offset: number;
  sha256: string;
}

const fixtures = fileURLToPath(new URL('../../test/fixtures/processor/', import.meta.url));
const goldens: { patches: Golden[] } = JSON.parse(readFileSync(`${fixtures}goldens.json`, 'utf8'));
const bytes = readFileSync(`${fixtures}patches.bin`);
const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

const NANO: ProcessorConfig = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 8, minPixels: 96 * 96, maxPixels: 96 * 96 };

describe('imageToPatches', () => {
  it.each(goldens.patches)('is equal to Qwen2VLImageProcessorPil to the last bit: $image ($config)', async (golden) => {
    const config = await readProcessorConfig(`${fixtures}config-${golden.config}`);
    const { patches, grid } = imageToPatches(await decodeImage(`${fixtures}images/${golden.image}`), config);
    const [count, length] = golden.shape;
    expect(grid).toEqual(golden.grid);
    expect(patches).toHaveLength(count * length);
    for (let row = 0, from = golden.offset; row < count; row += golden.step, from += length) {
      expect(patches.subarray(row * length, (row + 1) * length)).toEqual(rows.subarray(from, from + length));
    }
    expect(createHash('sha256').update(new Uint8Array(patches.buffer)).digest('hex')).toBe(golden.sha256);
  });

  it('puts each pixel of each frame where the merge order says', () => {
    const config: ProcessorConfig = {
      ...DEFAULT_PROCESSOR_CONFIG,
      patchSize: 2,
      mergeSize: 2,
      doResize: false,
      doRescale: false,
      doNormalize: false,
    };
    const side = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(side, side, (squaresDown, squaresAcross) => {
        const width = squaresAcross * 4;
        const height = squaresDown * 4;
        const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => i % 251);
        const { patches, grid } = imageToPatches({ width, height, data }, config);
        expect(grid).toEqual([1, squaresDown * 2, squaresAcross * 2]);
        const expected: number[] = [];
        for (let square = 0; square < squaresDown * squaresAcross; square++) {
          for (let patch = 0; patch < 4; patch++) {
            const top = Math.floor(square / squaresAcross) * 4 + Math.floor(patch / 2) * 2;
            const left = (square % squaresAcross) * 4 + (patch % 2) * 2;
            for (let channel = 0; channel < 3; channel++) {
              for (let frame = 0; frame < 2; frame++) {
                for (let pixel = 0; pixel < 4; pixel++) {
                  const at = (top + Math.floor(pixel / 2)) * width + left + (pixel % 2);
                  expected.push(data[at * 3 + channel] ?? NaN);
                }
              }
            }
          }
        }
        expect([...patches]).toEqual(expected);
      }),
    );
  });

  it('brings a nano image to 96x96, 144 patches', () => {
    expect(targetSize({ width: 30, height: 30 }, NANO)).toEqual({ width: 96, height: 96 });
    const { grid } = imageToPatches({ width: 96, height: 96, data: new Uint8Array(96 * 96 * 3) }, NANO);
    expect(grid).toEqual([1, 12, 12]);
  });

  it('refuses missing bytes, and odd sizes where it may not resize', () => {
    expect(() => imageToPatches({ width: 4, height: 4, data: new Uint8Array(64) }, NANO)).toThrow(/64 bytes; 48 are needed/);
    expect(() => targetSize({ width: 97, height: 96 }, { ...NANO, doResize: false })).toThrow(/multiples of 16/);
  });
});
