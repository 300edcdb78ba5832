// RGBA sprites: trimmed to what is visible (so that boxes are tight), shrunk by averaging, laid over the scene.
import type { Box } from '@vtriune/iou';
import type { Canvas } from './canvas.ts';
import { painter } from './canvas.ts';

/** An RGBA image, not premultiplied. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const VISIBLE_ALPHA = 64;

/** Cuts a sprite down to its visible pixels. */
export function trimSprite(sprite: Sprite): Sprite {
  let [left, top, right, bottom] = [sprite.width, sprite.height, 0, 0];
  for (let y = 0; y < sprite.height; y += 1) {
    for (let x = 0; x < sprite.width; x += 1) {
      if (sprite.pixels[(y * sprite.width + x) * 4 + 3]! < VISIBLE_ALPHA) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
  }
  const [width, height] = [right - left, bottom - top];
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const start = ((y + top) * sprite.width + left) * 4;
    pixels.set(sprite.pixels.subarray(start, start + width * 4), y * width * 4);
  }
  return { width, height, pixels };
}

// Alpha-weighted mean of the source pixels under one target pixel, written into `mean` as r, g, b, alpha of 0..1.
function average(sprite: Sprite, area: Box, mean: [number, number, number, number]): void {
  let [red, green, blue, weight, count] = [0, 0, 0, 0, 0];
  for (let y = area[1]; y < area[3]; y += 1) {
    for (let x = area[0]; x < area[2]; x += 1) {
      const at = (y * sprite.width + x) * 4;
      const alpha = sprite.pixels[at + 3]!;
      red += sprite.pixels[at]! * alpha;
      green += sprite.pixels[at + 1]! * alpha;
      blue += sprite.pixels[at + 2]! * alpha;
      weight += alpha;
      count += 1;
    }
  }
  mean[0] = red / weight;
  mean[1] = green / weight;
  mean[2] = blue / weight;
  mean[3] = weight / (255 * count);
}

/** Size of a sprite whose longer side is `side` pixels. */
export function spriteSize(sprite: Sprite, side: number): { width: number; height: number } {
  const scale = side / Math.max(sprite.width, sprite.height);
  return { width: Math.max(1, Math.round(sprite.width * scale)), height: Math.max(1, Math.round(sprite.height * scale)) };
}

/** Shrinks a sprite into a box of the canvas; the box must lie inside the canvas. */
export function drawSprite(canvas: Canvas, sprite: Sprite, box: Box): void {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const mean: [number, number, number, number] = [0, 0, 0, 0];
  const paint = painter(canvas, mean);
  for (let y = 0; y < height; y += 1) {
    const top = Math.floor((y * sprite.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * sprite.height) / height));
    for (let x = 0; x < width; x += 1) {
      const left = Math.floor((x * sprite.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * sprite.width) / width));
      average(sprite, [left, top, right, bottom], mean);
      if (mean[3] > 0) paint(((y + box[1]) * canvas.width + x + box[0]) * 3, mean[3]);
    }
  }
}
