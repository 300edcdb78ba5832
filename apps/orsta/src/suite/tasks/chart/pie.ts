// A pie of two to four slices in whole tenths, from twelve o'clock clockwise.
import { at } from '@vtriune/format/at';
import type { Box } from '@vtriune/iou';
import type { Question, Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import { fill } from '../../draw/canvas.ts';
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { onCircle, ring, segment, wedge } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { added, askerFor, composeScene, uniqueExtreme, withExtras } from '../compose.ts';

interface Slice {
  color: ColorName;
  tenths: number;
}

const SOURCE = 'nano_chart_pie';

function pickSlices(random: Random): Slice[] {
  const count = random.int(2, 4);
  const cuts = random
    .shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])
    .slice(0, count - 1)
    .sort((first, second) => first - second);
  const ends = [0, ...cuts, 10];
  return random
    .shuffle(COLOR_NAMES)
    .slice(0, count)
    .map((color, index) => ({ color, tenths: at(ends, index + 1) - at(ends, index) }));
}

function questions(random: Random, slices: readonly Slice[]): { values: Question[]; others: Question[] } {
  const ask = askerFor('chart', random);
  const largest = uniqueExtreme(slices, 1, ({ tenths }) => tenths);
  const smallest = uniqueExtreme(slices, -1, ({ tenths }) => tenths);
  const shuffled = random.shuffle(slices);
  const [first, second] = [at(shuffled, 0), at(shuffled, 1)];
  const [one, two] = [first.tenths * 10, second.tenths * 10];
  const values = slices.map(({ color, tenths }) =>
    ask(SOURCE, [`What percent is ${color}?`, `How many percent are ${color}?`], tenths * 10),
  );
  const steps = `${slices.map(({ color, tenths }) => `${color} ${tenths * 10}`).join(', ')}.`;
  const others = [
    ...(slices.length > 2 ? [ask(SOURCE, [`What is the sum of ${first.color} and ${second.color}?`], added(one, two))] : []),
    ...(largest
      ? [ask(SOURCE, ['Which slice is the largest?', 'Which colour is the largest slice?'], { answer: largest.color, steps })]
      : []),
    ...(smallest
      ? [ask(SOURCE, ['Which slice is the smallest?', 'Which colour is the smallest slice?'], { answer: smallest.color, steps })]
      : []),
  ];
  return { values: random.shuffle(values), others };
}

/** A pie chart and its questions. */
export function pieScene(random: Random): Scene {
  const slices = pickSlices(random);
  const canvas = cleanSheet(random);
  const center = [random.int(46, 50), random.int(46, 50)] as const;
  const radius = random.int(38, 43);
  let turned = 0;
  const objects: SceneObject[] = slices.map(({ color, tenths }) => {
    const box: Box = fill(canvas, wedge(center, radius, [turned / 10, (turned + tenths) / 10]), shade(random, color));
    turned += tenths;
    return { label: `${color} slice`, box };
  });
  slices.reduce((start, { tenths }) => {
    fill(canvas, segment(center, onCircle(center, radius, start / 10), 1), INK);
    return start + tenths;
  }, 0);
  fill(canvas, ring(center, radius, 1), INK);
  const { values, others } = questions(random, slices);
  const number = askerFor('chart', random)('nano_chart_part', ['How many slices are there?', 'Count the slices.'], slices.length);
  const [first, ...rest] = values;
  const main = random.chance(0.5) || others.length === 0 ? first : random.pick(others);
  return composeScene(canvas, objects, withExtras(random, main ?? number, { extras: [...rest, ...others, number], count: 4 }));
}
