// Six colors that stay apart at a few pixels, and calm backgrounds.
import type { Random } from '../random.ts';
import type { Color } from './canvas.ts';

/** Named colors of figures, bars and slices. */
export const COLORS = {
  red: [222, 40, 44],
  orange: [246, 146, 24],
  yellow: [238, 214, 30],
  green: [38, 158, 62],
  blue: [42, 92, 222],
  purple: [142, 62, 184],
} as const satisfies Record<string, Color>;

/** Name of a color. */
export type ColorName = keyof typeof COLORS;

/** All color names. */
export const COLOR_NAMES: readonly ColorName[] = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'];

/** Near-black for outlines and text. */
export const INK: Color = [40, 42, 48];

/** Gray for grid lines. */
export const GRID: Color = [205, 208, 214];

/** A white with a slight tint. */
export function paper(random: Random): Color {
  return [random.int(243, 255), random.int(243, 255), random.int(243, 255)];
}

/** A named color, a little lighter, darker or shifted, so that shades must be told by hue. */
export function shade(random: Random, name: ColorName): Color {
  const [red, green, blue] = COLORS[name];
  const light = random.int(-12, 12);
  const vary = (value: number): number => Math.max(0, Math.min(255, value + light + random.int(-8, 8)));
  return [vary(red), vary(green), vary(blue)];
}
