// A value axis on the left with three labels and grid lines.
import type { Canvas } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import { GRID, INK } from '../../draw/palette.ts';
import { rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';

/** Ten equal steps; a step is worth 1 or 5. */
export interface Axis {
  top: number;
  bottom: number;
  unit: 1 | 5;
}

/** Left edge of the plot in pixels. */
export const PLOT_LEFT = 16;

/** Right edge of the plot in pixels. */
export const PLOT_RIGHT = 95;

/** An axis between two heights, with a random unit. */
export function pickAxis(random: Random, top: number, bottom: number): Axis {
  return { top, bottom, unit: random.pick([1, 5] as const) };
}

/** The height in pixels of a number of steps (0 to 10). */
export function heightOf({ top, bottom }: Axis, steps: number): number {
  return bottom - ((bottom - top) * steps) / 10;
}

/** Draws labels at 0, 5 and 10 steps, a grid line at each, short marks at the others. */
export function drawAxis(canvas: Canvas, axis: Axis): void {
  for (let steps = 0; steps <= 10; steps += 1) {
    const y = Math.round(heightOf(axis, steps));
    const right = steps % 5 === 0 ? PLOT_RIGHT : PLOT_LEFT + 2;
    fill(canvas, rectangle([PLOT_LEFT - 2, y - 0.5, right, y + 0.5]), GRID);
    if (steps % 5 === 0) drawText(canvas, { value: String(steps * axis.unit), center: [7, y] }, INK);
  }
  fill(canvas, rectangle([PLOT_LEFT - 1, axis.top - 1, PLOT_LEFT, axis.bottom + 1]), INK);
  fill(canvas, rectangle([PLOT_LEFT - 1, axis.bottom, PLOT_RIGHT, axis.bottom + 1]), INK);
}
