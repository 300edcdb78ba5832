import { describe, expect, it } from 'vitest';
import { createCanvas, fill, painter, pixelBox } from './canvas.ts';
import { circle, rectangle } from './shapes.ts';

function red(pixels: Uint8Array, at: number): number {
  return pixels[at * 3] ?? -1;
}

describe('fill', () => {
  it('colors exactly the pixels of an aligned rectangle and returns its box', () => {
    const canvas = createCanvas(8, 8, [0, 0, 0]);
    expect(fill(canvas, rectangle([2, 3, 5, 6]), [200, 0, 0])).toEqual([2, 3, 5, 6]);
    const inside = (index: number): boolean => index % 8 >= 2 && index % 8 < 5 && Math.floor(index / 8) >= 3 && Math.floor(index / 8) < 6;
    for (let index = 0; index < 64; index += 1) {
      if (inside(index)) expect(red(canvas.pixels, index)).toBeGreaterThanOrEqual(200 - 1);
      else expect(red(canvas.pixels, index)).toBe(0);
    }
  });

  it('covers about the area of a circle', () => {
    const canvas = createCanvas(40, 40, [0, 0, 0]);
    fill(canvas, circle([20, 20], 12), [255, 0, 0]);
    const area = Array.from({ length: 1600 }, (_, index) => red(canvas.pixels, index) / 255).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(area - Math.PI * 144)).toBeLessThan(5);
  });

  it('mixes by opacity and clips at the edge', () => {
    const canvas = createCanvas(4, 4, [100, 100, 100]);
    expect(fill(canvas, rectangle([-3, -3, 9, 9]), [200, 200, 200, 0.5])).toEqual([0, 0, 4, 4]);
    expect(red(canvas.pixels, 5)).toBe(150);
  });
});

describe('painter and pixelBox', () => {
  it('rounds to the nearest byte without overflow', () => {
    const pixels = new Uint8Array([255, 0, 10]);
    painter({ width: 1, height: 1, pixels }, [255, 255, 11])(0, 1);
    expect([...pixels]).toEqual([255, 255, 11]);
  });

  it('takes the pixels that a shape covers by more than a quarter', () => {
    expect(pixelBox([1.9, 2.1, 6.1, 6.9], { width: 10, height: 10 })).toEqual([2, 2, 6, 7]);
  });
});
