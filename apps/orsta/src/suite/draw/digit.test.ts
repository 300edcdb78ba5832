import { describe, expect, it } from 'vitest';
import type { DigitSet } from '../assets.ts';
import { createRandom } from '../random.ts';
import { createCanvas } from './canvas.ts';
import { cutGlyph, drawGlyph, pickGlyph } from './digit.ts';

// Two images: a bar of 4x20 at (12, 4), and an L of 10x10 at (9, 9).
function digits(): DigitSet {
  const pixels = new Uint8Array(2 * 784);
  for (let y = 4; y < 24; y += 1) for (let x = 12; x < 16; x += 1) pixels[y * 28 + x] = 255;
  for (let step = 9; step < 19; step += 1) {
    pixels[784 + step * 28 + 9] = 255;
    pixels[784 + 18 * 28 + step] = 255;
  }
  return { pixels, indices: [[0], [1]] };
}

describe('handwritten digits', () => {
  it('are cut to their ink', () => {
    expect(cutGlyph(digits(), 0)).toMatchObject({ width: 4, height: 20 });
    expect(pickGlyph(createRandom(1), digits(), 1)).toMatchObject({ width: 10, height: 10 });
  });

  it('are drawn at the asked size where they were asked to be', () => {
    const canvas = createCanvas(96, 96, [255, 255, 255]);
    expect(drawGlyph(canvas, { glyph: cutGlyph(digits(), 0), center: [30, 40], side: 20 }, [0, 0, 0])).toEqual([28, 30, 32, 50]);
    expect(canvas.pixels[(40 * 96 + 30) * 3]).toBe(0);
    expect(canvas.pixels[(40 * 96 + 33) * 3]).toBe(255);
  });

  it('stay inside the canvas', () => {
    const canvas = createCanvas(96, 96, [255, 255, 255]);
    expect(drawGlyph(canvas, { glyph: cutGlyph(digits(), 1), center: [95, 2], side: 20 }, [0, 0, 0])).toEqual([76, 0, 96, 20]);
  });
});
