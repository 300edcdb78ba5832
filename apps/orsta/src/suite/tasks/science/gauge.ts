// A dial with a needle.
import type { Scene } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Point } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { circle, onCircle, ring, segment } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, withExtras } from '../compose.ts';
import { scaleExtras } from './scale.ts';

// The scale runs over two thirds of a turn, from lower left over the top to lower right.
function turnOf(steps: number): number {
  return ((steps - 5) / 10) * (2 / 3);
}

/** A gauge and its questions. */
export function gaugeScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const center: Point = [random.int(47, 49), random.int(50, 53)];
  const radius = random.int(40, 43);
  const unit = random.pick([1, 5]);
  const steps = random.int(0, 10);
  const box = fill(canvas, circle(center, radius), [236, 238, 242]);
  fill(canvas, ring(center, radius, 2), INK);
  for (let step = 0; step <= 10; step += 1) {
    const long = step % 5 === 0;
    fill(
      canvas,
      segment(onCircle(center, radius - 2, turnOf(step)), onCircle(center, radius - (long ? 8 : 5), turnOf(step)), long ? 2 : 1),
      INK,
    );
    if (long) drawText(canvas, { value: String(step * unit), center: onCircle(center, radius - 15, turnOf(step)) }, INK);
  }
  const color = random.pick(COLOR_NAMES);
  const needle = fill(canvas, segment(center, onCircle(center, radius - 7, turnOf(steps)), 3), shade(random, color));
  fill(canvas, circle(center, 4.5), INK);
  const objects = [
    { label: 'gauge', box },
    { label: 'needle', box: needle },
  ];
  const ask = askerFor('science', random);
  const wordings = ['What does the gauge show?', 'What is the reading?', 'Read the gauge.'];
  const main = ask('nano_science_gauge', wordings, steps * unit);
  const extras = [...scaleExtras(random, { steps, unit }), ask('nano_science_part', ['Which colour has the needle?'], color)];
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}
