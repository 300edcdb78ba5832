// A bar chart with three to five colored bars.
import type { Question, Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import { fill } from '../../draw/canvas.ts';
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES, shade } from '../../draw/palette.ts';
import { rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { added, askerFor, composeScene, subtracted, uniqueExtreme, withExtras } from '../compose.ts';
import type { Axis } from './axis.ts';
import { PLOT_LEFT, PLOT_RIGHT, drawAxis, heightOf, pickAxis } from './axis.ts';

interface Bar {
  color: ColorName;
  steps: number;
}

const SOURCE = 'nano_chart_bar';

function valueQuestions(random: Random, bars: readonly Bar[], axis: Axis): Question[] {
  const ask = askerFor('chart', random);
  return bars.map(({ color, steps }) =>
    ask(SOURCE, [`What is the value of the ${color} bar?`, `How high is the ${color} bar?`], steps * axis.unit),
  );
}

function extremeQuestions(random: Random, bars: readonly Bar[], axis: Axis): Question[] {
  const steps = `${bars.map((bar) => `${bar.color} ${bar.steps * axis.unit}`).join(', ')}.`;
  const ask = askerFor('chart', random);
  const highest = uniqueExtreme(bars, 1, ({ steps }) => steps);
  const lowest = uniqueExtreme(bars, -1, ({ steps }) => steps);
  return [
    ...(highest ? [ask(SOURCE, ['Which colour is the highest bar?', 'Which bar is the highest?'], { answer: highest.color, steps })] : []),
    ...(lowest ? [ask(SOURCE, ['Which colour is the lowest bar?', 'Which bar is the lowest?'], { answer: lowest.color, steps })] : []),
  ];
}

function combineQuestions(random: Random, bars: readonly Bar[], axis: Axis): Question[] {
  const ask = askerFor('chart', random);
  const [first, second] = random.shuffle(bars);
  if (!first || !second) return [];
  const [one, two] = [first.steps * axis.unit, second.steps * axis.unit];
  const [more, less] = one >= two ? [one, two] : [two, one];
  const pair = `${first.color} and ${second.color}`;
  return [
    ask(SOURCE, [`What is the sum of ${pair}?`], added(one, two)),
    ask(SOURCE, [`What is the difference of ${pair}?`], subtracted(more, less)),
  ].filter(({ answer }) => Number(answer) < 100);
}

/** A bar chart and its questions. */
export function barScene(random: Random): Scene {
  const count = random.int(3, 5);
  const bars = random
    .shuffle(COLOR_NAMES)
    .slice(0, count)
    .map((color) => ({ color, steps: random.int(1, 10) }));
  const axis = pickAxis(random, 8, 88);
  const canvas = cleanSheet(random);
  drawAxis(canvas, axis);
  const pitch = (PLOT_RIGHT - PLOT_LEFT) / count;
  const objects: SceneObject[] = bars.map(({ color, steps }, index) => {
    const left = Math.round(PLOT_LEFT + pitch * (index + 0.18));
    const right = Math.round(PLOT_LEFT + pitch * (index + 0.82));
    const box = fill(canvas, rectangle([left, heightOf(axis, steps), right, axis.bottom]), shade(random, color));
    return { label: `${color} bar`, box };
  });
  const values = random.shuffle(valueQuestions(random, bars, axis));
  const others = [...extremeQuestions(random, bars, axis), ...combineQuestions(random, bars, axis)];
  const main = random.chance(0.5) || others.length === 0 ? values[0] : random.pick(others);
  const number = askerFor('chart', random)('nano_chart_part', ['How many bars are there?', 'Count the bars.'], count);
  const extras = [...values, ...others, number];
  return composeScene(canvas, objects, withExtras(random, main ?? number, { extras, count: 4 }));
}
