// Handwritten digits: the inked part of an MNIST image, scaled smoothly and laid over the scene as ink.
import { at } from '@vtriune/format/at';
import type { Box } from '@vtriune/iou';
import type { DigitSet } from '../assets.ts';
import type { Random } from '../random.ts';
import type { Canvas, Color, Point } from './canvas.ts';
import { painter } from './canvas.ts';

const SIDE = 28;
const INKED = 64;

/** The inked part of one handwritten digit: opacity bytes. */
export interface Glyph {
  readonly width: number;
  readonly height: number;
  readonly opacity: Uint8Array;
}

/** Cuts the inked part out of image number `index`. */
export function cutGlyph(digits: DigitSet, index: number): Glyph {
  const image = digits.pixels.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
  let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
  for (let at = 0; at < image.length; at += 1) {
    if (image[at]! < INKED) continue;
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  const [width, height] = [right - left, bottom - top];
  const opacity = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = (y + top) * SIDE + left;
    opacity.set(image.subarray(start, start + width), y * width);
  }
  return { width, height, opacity };
}

/** A random writing of a digit. */
export function pickGlyph(random: Random, digits: DigitSet, digit: number): Glyph {
  return cutGlyph(digits, random.pick(at(digits.indices, digit)));
}

function sample(glyph: Glyph, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= glyph.width || row >= glyph.height ? 0 : glyph.opacity[row * glyph.width + column]!;
  const [partX, partY] = [x - left, y - top];
  const upper = at(left, top) * (1 - partX) + at(left + 1, top) * partX;
  return upper * (1 - partY) + (at(left, top + 1) * (1 - partX) + at(left + 1, top + 1) * partX) * partY;
}

/** Writes a digit centered on a point with its longer side `side` pixels long (narrow ones are at most `side` high); returns its box. */
export function drawGlyph(canvas: Canvas, place: { glyph: Glyph; center: Point; side: number }, ink: Color): Box {
  const { glyph, center, side } = place;
  const paint = painter(canvas, ink);
  const scale = side / Math.max(glyph.width, glyph.height);
  const [width, height] = [Math.max(2, Math.round(glyph.width * scale)), Math.max(2, Math.round(glyph.height * scale))];
  const left = Math.max(0, Math.min(canvas.width - width, Math.round(center[0] - width / 2)));
  const top = Math.max(0, Math.min(canvas.height - height, Math.round(center[1] - height / 2)));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = sample(glyph, ((x + 0.5) * glyph.width) / width - 0.5, ((y + 0.5) * glyph.height) / height - 0.5);
      if (value > 0) paint(((y + top) * canvas.width + x + left) * 3, value / 255);
    }
  }
  return [left, top, left + width, top + height];
}
