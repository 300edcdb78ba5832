// A line chart: two colored lines over four places.
import { at } from '@vtriune/format/at';
import type { Question, Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Canvas, Point } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { circle, segment } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, uniqueExtreme, withExtras } from '../compose.ts';
import type { Axis } from './axis.ts';
import { drawAxis, heightOf, pickAxis } from './axis.ts';

interface Line {
  color: ColorName;
  steps: number[];
}

const SOURCE = 'nano_chart_line';
const PLACES = [0, 1, 2, 3];
function placeX(place: number): number {
  return 26 + 20 * place;
}

// Lines stay two steps apart wherever they have a point, so that no point hides another.
function pickLines(random: Random): [Line, Line] {
  const colors = random.shuffle(COLOR_NAMES);
  const pairs = PLACES.map(() => {
    const low = random.int(0, 8);
    return random.shuffle([low, random.int(low + 2, 10)]);
  });
  const along = (which: 0 | 1): number[] => pairs.map((pair) => at(pair, which));
  return [
    { color: at(colors, 0), steps: along(0) },
    { color: at(colors, 1), steps: along(1) },
  ];
}

function drawLine(canvas: Canvas, line: Line, { axis, random }: { axis: Axis; random: Random }): SceneObject[] {
  const color = shade(random, line.color);
  const points = line.steps.map((steps, place): Point => [placeX(place), heightOf(axis, steps)]);
  points.slice(1).forEach((point, index) => fill(canvas, segment(points[index] ?? point, point, 2), color));
  return points.map((point) => ({ label: `${line.color} point`, box: fill(canvas, circle(point, 3.2), color) }));
}

function valueQuestions(random: Random, lines: readonly Line[], axis: Axis): Question[] {
  const ask = askerFor('chart', random);
  return lines.flatMap(({ color, steps }) =>
    steps.map((value, place) =>
      ask(SOURCE, [`What is ${color} at ${place + 1}?`, `What value has ${color} at ${place + 1}?`], value * axis.unit),
    ),
  );
}

function extremeQuestions(random: Random, lines: readonly Line[], axis: Axis): Question[] {
  const ask = askerFor('chart', random);
  return lines.flatMap(({ color, steps }) => {
    const highest = uniqueExtreme(PLACES, 1, (place) => at(steps, place));
    const lowest = uniqueExtreme(PLACES, -1, (place) => at(steps, place));
    const read = `${steps.map((value) => value * axis.unit).join(' ')}.`;
    return [
      ...(highest === undefined ? [] : [ask(SOURCE, [`Where is ${color} the highest?`], { answer: highest + 1, steps: read })]),
      ...(lowest === undefined ? [] : [ask(SOURCE, [`Where is ${color} the lowest?`], { answer: lowest + 1, steps: read })]),
    ];
  });
}

function compareQuestion(random: Random, lines: readonly [Line, Line], axis: Axis): Question {
  const [first, second] = lines;
  const place = random.pick(PLACES);
  const higher = at(first.steps, place) > at(second.steps, place) ? first : second;
  return askerFor('chart', random)(SOURCE, [`Which line is higher at ${place + 1}?`, `Which colour is higher at ${place + 1}?`], {
    answer: higher.color,
    steps: `${lines.map((line) => `${line.color} ${at(line.steps, place) * axis.unit}`).join(', ')}.`,
  });
}

/** A line chart and its questions. */
export function lineScene(random: Random): Scene {
  const lines = pickLines(random);
  const axis = pickAxis(random, 7, 82);
  const canvas = cleanSheet(random);
  drawAxis(canvas, axis);
  for (const place of PLACES) drawText(canvas, { value: String(place + 1), center: [placeX(place), 91] }, INK);
  const objects = lines.flatMap((line) => drawLine(canvas, line, { axis, random }));
  const values = random.shuffle(valueQuestions(random, lines, axis));
  const others = [...extremeQuestions(random, lines, axis), compareQuestion(random, lines, axis)];
  const [first, ...rest] = values;
  const main = first && random.chance(0.5) ? first : random.pick(others);
  return composeScene(canvas, objects, withExtras(random, main, { extras: [...rest.slice(0, 3), ...others], count: 4 }));
}
