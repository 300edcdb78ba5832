// A clock at a full hour, a quarter, a half or three quarters.
import { at } from '@vtriune/format/at';
import type { Scene } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Point } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import { INK, shade } from '../../draw/palette.ts';
import { circle, onCircle, ring, segment } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, withExtras } from '../compose.ts';

/** A clock and its questions. */
export function clockScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const center: Point = [random.int(47, 49), random.int(47, 49)];
  const radius = random.int(42, 44);
  const hour = random.int(1, 12);
  const quarter = random.int(0, 3);
  const box = fill(canvas, circle(center, radius), [250, 250, 250]);
  fill(canvas, ring(center, radius, 2.5), INK);
  for (let mark = 0; mark < 12; mark += 1) {
    if (mark % 3 !== 0) fill(canvas, segment(onCircle(center, radius - 3, mark / 12), onCircle(center, radius - 8, mark / 12), 1.5), INK);
    else drawText(canvas, { value: String(mark === 0 ? 12 : mark), center: onCircle(center, radius - 8, mark / 12) }, INK);
  }
  const minuteHand = fill(canvas, segment(center, onCircle(center, radius - 13, quarter / 4), 2.2), shade(random, 'red'));
  const hourHand = fill(canvas, segment(center, onCircle(center, radius - 23, (hour + quarter / 4) / 12), 5), [30, 40, 110]);
  fill(canvas, circle(center, 3.5), INK);
  const objects = [
    { label: 'clock', box },
    { label: 'hour hand', box: hourHand },
    { label: 'minute hand', box: minuteHand },
  ];
  const ask = askerFor('science', random);
  const hours = ask('nano_science_clock', ['What is the hour?', 'Which hour does the clock show?'], hour);
  const minutes = ask('nano_science_clock', ['How many minutes past the hour?'], quarter * 15);
  const next = (hour % 12) + 1;
  const main = random.chance(0.7) ? hours : minutes;
  const extras = [
    hours,
    minutes,
    ask('nano_science_part', ['What will the next hour be?'], next),
    ask('nano_science_part', ['Where does the minute hand point?'], at(['top', 'right', 'bottom', 'left'], quarter)),
  ];
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}
