// A 5x7 bitmap font for axis labels and marks. A system font would make scenes differ from machine to machine.
import type { Box } from '@vtriune/iou';
import type { Canvas, Color, Point } from './canvas.ts';
import { painter } from './canvas.ts';

// Seven rows of five bits, the highest bit on the left.
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 6, 8, 16, 31],
  '3': [14, 17, 1, 6, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  '?': [14, 17, 1, 2, 4, 0, 4],
};

const WIDTH = 5;
const HEIGHT = 7;

/** Width in pixels of a text at a whole scale. */
export function textWidth(text: string, scale = 1): number {
  return (text.length * (WIDTH + 1) - 1) * scale;
}

function drawGlyph(canvas: Canvas, place: { rows: readonly number[]; at: Point; scale: number }, color: Color): void {
  const { rows, at, scale } = place;
  const paint = painter(canvas, color);
  for (let y = 0; y < HEIGHT * scale; y += 1) {
    const bits = rows[Math.floor(y / scale)]!;
    for (let x = 0; x < WIDTH * scale; x += 1) {
      const [pixelX, pixelY] = [at[0] + x, at[1] + y];
      const inside = pixelX >= 0 && pixelY >= 0 && pixelX < canvas.width && pixelY < canvas.height;
      if (inside && (bits >> (WIDTH - 1 - Math.floor(x / scale))) & 1) paint((pixelY * canvas.width + pixelX) * 3, color[3] ?? 1);
    }
  }
}

/** Writes digits or `?` centered on a point; other characters leave a gap. Returns the box of the text. */
export function drawText(canvas: Canvas, text: { value: string; center: Point; scale?: number }, color: Color): Box {
  const scale = text.scale ?? 1;
  const width = textWidth(text.value, scale);
  const left = Math.round(text.center[0] - width / 2);
  const top = Math.round(text.center[1] - (HEIGHT * scale) / 2);
  [...text.value].forEach((character, index) => {
    const rows = GLYPHS[character];
    if (rows) drawGlyph(canvas, { rows, at: [left + index * (WIDTH + 1) * scale, top], scale }, color);
  });
  return [left, top, left + width, top + HEIGHT * scale];
}
