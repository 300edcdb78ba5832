import { describe, expect, it } from 'vitest';
import { createCanvas } from './canvas.ts';
import type { Sprite } from './sprite.ts';
import { drawSprite, spriteSize, trimSprite } from './sprite.ts';

// A 6x6 transparent image with an opaque 4x2 block of one color at (1, 3).
function block(): Sprite {
  const pixels = new Uint8Array(6 * 6 * 4);
  for (let y = 3; y < 5; y += 1) for (let x = 1; x < 5; x += 1) pixels.set([10, 200, 30, 255], (y * 6 + x) * 4);
  return { width: 6, height: 6, pixels };
}

describe('sprites', () => {
  it('are trimmed to what is visible', () => {
    const trimmed = trimSprite(block());
    expect([trimmed.width, trimmed.height]).toEqual([4, 2]);
    expect([...trimmed.pixels.subarray(0, 4)]).toEqual([10, 200, 30, 255]);
  });

  it('keep their proportions at any size', () => {
    expect(spriteSize(trimSprite(block()), 20)).toEqual({ width: 20, height: 10 });
  });

  it('fill exactly their box', () => {
    const canvas = createCanvas(10, 10, [0, 0, 0]);
    drawSprite(canvas, trimSprite(block()), [3, 4, 9, 7]);
    const green = (x: number, y: number): number => canvas.pixels[(y * 10 + x) * 3 + 1] ?? -1;
    expect([green(3, 4), green(8, 6), green(2, 4), green(9, 6), green(3, 7)]).toEqual([200, 200, 0, 0, 0]);
  });
});
