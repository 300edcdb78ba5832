import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { cleanSheet, clutteredGround, plainGround, writingPaper } from './background.ts';

function spread(pixels: Uint8Array): number {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length);
}

describe.each(Object.entries({ cleanSheet, writingPaper, plainGround, clutteredGround }))('%s', (_name, make) => {
  it('is 96x96, repeats for a seed and differs between seeds', () => {
    const first = make(createRandom(1)).pixels;
    expect(first.length).toBe(96 * 96 * 3);
    expect(Buffer.compare(make(createRandom(1)).pixels, first)).toBe(0);
    expect(Buffer.compare(make(createRandom(2)).pixels, first)).not.toBe(0);
  });
});

describe('backgrounds', () => {
  it('leave paper light and clutter busier than plain ground', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...seeds.map((seed) => Math.min(...cleanSheet(createRandom(seed)).pixels)))).toBeGreaterThanOrEqual(243);
    const steps = (pixels: Uint8Array): number => spread(pixels.map((value, index) => Math.abs(value - (pixels[index + 3] ?? value))));
    expect(mean(seeds.map((seed) => steps(clutteredGround(createRandom(seed)).pixels)))).toBeGreaterThan(
      mean(seeds.map((seed) => steps(plainGround(createRandom(seed)).pixels))),
    );
  });
});
