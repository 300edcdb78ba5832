// A thermometer: a tube with a colored column and a scale on its left.
import type { Scene } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import type { ColorName } from '../../draw/palette.ts';
import { GRID, INK, shade } from '../../draw/palette.ts';
import { circle, rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, withExtras } from '../compose.ts';
import { scaleExtras } from './scale.ts';

const TOP = 8;
const BOTTOM = 72;

/** A thermometer and its questions. */
export function thermometerScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const x = random.int(44, 76);
  const unit = random.pick([1, 5]);
  const steps = random.int(0, 10);
  const color: ColorName = random.pick(['red', 'blue', 'green', 'purple'] as const);
  const liquid = shade(random, color);
  const yOf = (step: number): number => BOTTOM - ((BOTTOM - TOP) * step) / 10;
  for (let step = 0; step <= 10; step += 1) {
    const long = step % 5 === 0;
    fill(canvas, rectangle([x - (long ? 15 : 11), yOf(step) - 0.6, x - 6, yOf(step) + 0.6]), INK);
    if (long) drawText(canvas, { value: String(step * unit), center: [x - 23, yOf(step)] }, INK);
  }
  fill(canvas, rectangle([x - 6, 3, x + 6, BOTTOM + 8]), INK);
  fill(canvas, circle([x, BOTTOM + 12], 10), INK);
  fill(canvas, rectangle([x - 4.5, 4.5, x + 4.5, BOTTOM + 8]), GRID);
  fill(canvas, circle([x, BOTTOM + 12], 8.5), liquid);
  const column = fill(canvas, rectangle([x - 4.5, yOf(steps), x + 4.5, BOTTOM + 8]), liquid);
  const objects = [
    { label: 'thermometer', box: [x - 10, 3, x + 10, BOTTOM + 22] as const },
    { label: `${color} column`, box: column },
  ];
  const ask = askerFor('science', random);
  const wordings = ['What is the temperature?', 'What does the thermometer show?', 'Read the thermometer.'];
  const main = ask('nano_science_thermometer', wordings, steps * unit);
  const extras = [...scaleExtras(random, { steps, unit }), ask('nano_science_part', ['Which colour has the thermometer?'], color)];
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}
