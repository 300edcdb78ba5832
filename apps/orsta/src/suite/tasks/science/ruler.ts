// Two bars above a ruler of ten steps: the length of one is its end less its start.
import { at } from '@vtriune/format/at';
import type { Question, Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Canvas } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES, GRID, INK, shade } from '../../draw/palette.ts';
import { rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, subtracted, withExtras } from '../compose.ts';

interface Bar {
  color: ColorName;
  start: number;
  end: number;
}

const RULER_TOP = 64;
function markX(step: number): number {
  return 8 + 8 * step;
}

function pickBar(random: Random, color: ColorName): Bar {
  const length = random.int(1, 9);
  const start = random.int(0, 10 - length);
  return { color, start, end: start + length };
}

function drawRuler(canvas: Canvas): SceneObject {
  const box = fill(canvas, rectangle([2, RULER_TOP, 94, RULER_TOP + 24]), [250, 226, 160]);
  for (let step = 0; step <= 10; step += 1) {
    fill(canvas, rectangle([markX(step) - 0.5, RULER_TOP, markX(step) + 0.5, RULER_TOP + (step % 2 === 0 ? 9 : 6)]), INK);
    if (step % 2 === 0) drawText(canvas, { value: String(step), center: [Math.min(markX(step), 87), RULER_TOP + 16] }, INK);
  }
  return { label: 'ruler', box };
}

function drawBar(canvas: Canvas, bar: Bar, place: { random: Random; top: number }): SceneObject {
  for (const step of [bar.start, bar.end]) fill(canvas, rectangle([markX(step) - 0.5, place.top, markX(step) + 0.5, RULER_TOP]), GRID);
  const box = fill(canvas, rectangle([markX(bar.start), place.top, markX(bar.end), place.top + 12]), shade(place.random, bar.color));
  return { label: `${bar.color} bar`, box };
}

function askBar(random: Random, { color, start, end }: Bar): { length: Question; edges: Question[] } {
  const ask = askerFor('science', random);
  return {
    length: ask('nano_science_ruler', [`How long is the ${color} bar?`, `What is the length of the ${color} bar?`], subtracted(end, start)),
    edges: [
      ask('nano_science_part', [`Where does the ${color} bar start?`], start),
      ask('nano_science_part', [`Where does the ${color} bar end?`], end),
    ],
  };
}

/** A ruler with two bars and its questions. */
export function rulerScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const colors = random.shuffle(COLOR_NAMES);
  const bars = [pickBar(random, at(colors, 0)), pickBar(random, at(colors, 1))] as const;
  const objects = [drawRuler(canvas), ...bars.map((bar, index) => drawBar(canvas, bar, { random, top: 14 + 24 * index }))];
  const [upper, lower] = [askBar(random, bars[0]), askBar(random, bars[1])];
  const [main, other] = random.shuffle([upper.length, lower.length]);
  const lengths = bars.map(({ start, end }) => end - start);
  const longer = bars[at(lengths, 0) > at(lengths, 1) ? 0 : 1].color;
  const compare = askerFor('science', random)(
    'nano_science_part',
    ['Which bar is longer?'],
    lengths[0] === lengths[1] ? 'neither' : longer,
  );
  const extras = [...(other ? [other] : []), ...upper.edges, ...lower.edges, compare];
  return composeScene(canvas, objects, withExtras(random, main ?? compare, { extras, count: 4 }));
}
