// A small anti-aliased rasteriser on RGB bytes. Every shape is a signed distance (negative inside), so one loop fills them all and
// edges are smooth by coverage = 0.5 - distance. An SVG renderer would do the same some twenty times slower.
import type { Box } from '@vtriune/iou';

/** Red, green, blue of 0..255, and opacity of 0..1 (1 if absent). */
export type Color = readonly [number, number, number, number?];

/** `[x, y]` in pixels; whole numbers lie between pixels, so the center of the first pixel is `[0.5, 0.5]`. */
export type Point = readonly [number, number];

/** An RGB image, row by row. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A region: where it may be, and the signed distance in pixels to its edge (negative inside). */
export interface Shape {
  readonly bounds: Box;
  distance(x: number, y: number): number;
}

/** A canvas of one color. */
export function createCanvas(width: number, height: number, color: Color): Canvas {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) {
    pixels[at] = color[0];
    pixels[at + 1] = color[1];
    pixels[at + 2] = color[2];
  }
  return { width, height, pixels };
}

/** Mixes a color into the byte triple at `at` of a canvas with opacity 0..1. */
export type Painter = (at: number, opacity: number) => void;

/** A painter of one color; it reads the color anew at each call, so one buffer may serve many pixels. */
export function painter({ pixels }: Canvas, color: Color): Painter {
  return (at, opacity) => {
    const keep = 1 - opacity;
    pixels[at] = pixels[at]! * keep + color[0] * opacity + 0.5;
    pixels[at + 1] = pixels[at + 1]! * keep + color[1] * opacity + 0.5;
    pixels[at + 2] = pixels[at + 2]! * keep + color[2] * opacity + 0.5;
  };
}

/** The whole-pixel box around a shape's bounds, cut at the canvas. */
export function pixelBox(bounds: Box, canvas: { width: number; height: number }): Box {
  return [
    Math.max(0, Math.floor(bounds[0] + 0.25)),
    Math.max(0, Math.floor(bounds[1] + 0.25)),
    Math.min(canvas.width, Math.ceil(bounds[2] - 0.25)),
    Math.min(canvas.height, Math.ceil(bounds[3] - 0.25)),
  ];
}

/** Fills a shape and returns its whole-pixel box. */
export function fill(canvas: Canvas, shape: Shape, color: Color): Box {
  const { width, height } = canvas;
  const paint = painter(canvas, color);
  const [left, top, right, bottom] = shape.bounds;
  const alpha = color[3] ?? 1;
  const lastX = Math.min(width - 1, Math.ceil(right));
  const lastY = Math.min(height - 1, Math.ceil(bottom));
  const firstX = Math.max(0, Math.floor(left) - 1);
  for (let y = Math.max(0, Math.floor(top) - 1); y <= lastY; y += 1) {
    for (let x = firstX; x <= lastX; x += 1) {
      const coverage = 0.5 - shape.distance(x + 0.5, y + 0.5);
      if (coverage > 0) paint((y * width + x) * 3, Math.min(1, coverage) * alpha);
    }
  }
  return pixelBox(shape.bounds, canvas);
}
