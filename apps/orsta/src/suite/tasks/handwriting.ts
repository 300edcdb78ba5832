// A row of handwritten digits on paper, for math and ocr.
import { at } from '@vtriune/format/at';
import type { Split, SuiteAssets } from '../assets.ts';
import type { SceneObject } from '../contract.ts';
import type { Canvas, Color } from '../draw/canvas.ts';
import { drawGlyph, pickGlyph } from '../draw/digit.ts';
import type { Random } from '../random.ts';

const INKS: readonly Color[] = [
  [24, 24, 30],
  [24, 36, 110],
  [110, 24, 36],
  [20, 74, 44],
];

/** The color of a pen. */
export function pickInk(random: Random): Color {
  return random.pick(INKS);
}

/** What to write and where: digit `i` is centered at `centers[i]` on the line `y`. */
export interface Writing {
  digits: readonly number[];
  centers: readonly number[];
  y: number;
  sides: readonly [number, number];
  ink: Color;
}

/** Writes digits with a jitter of a pixel or two; returns them as objects. */
export function writeDigits(canvas: Canvas, writing: Writing, from: { random: Random; assets: SuiteAssets; split: Split }): SceneObject[] {
  return writing.digits.map((digit, index) => {
    const { random, assets, split } = from;
    const glyph = pickGlyph(random, assets.digits[split], digit);
    const center = [at(writing.centers, index) + random.int(-1, 1), writing.y + random.int(-2, 2)] as const;
    const box = drawGlyph(canvas, { glyph, center, side: random.int(writing.sides[0], writing.sides[1]) }, writing.ink);
    return { label: String(digit), box };
  });
}
