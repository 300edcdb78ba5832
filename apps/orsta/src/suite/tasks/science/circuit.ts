// Three lamps in parallel branches, each behind a switch: a lamp is on where its switch is closed. Lamps do not glow, so the switch must be seen.
import type { Question, Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Canvas } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import type { ColorName } from '../../draw/palette.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { circle, rectangle, ring, segment } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { askerFor, composeScene, withExtras } from '../compose.ts';

interface Branch {
  color: ColorName;
  closed: boolean;
  y: number;
}

const [LEFT, RIGHT] = [20, 90];
const PLACES = ['top', 'middle', 'bottom'];

function wire(canvas: Canvas, from: readonly [number, number], to: readonly [number, number]): void {
  fill(canvas, segment(from, to, 2), INK);
}

function drawBranch(canvas: Canvas, { color, closed, y }: Branch, random: Random): SceneObject[] {
  wire(canvas, [LEFT, y], [32, y]);
  wire(canvas, [52, y], [RIGHT, y]);
  // The arm hangs on the left contact; open, its free end stands clear of the right one.
  const free = closed ? ([52, y] as const) : ([47, y - 11] as const);
  const arm = fill(canvas, segment([32, y], free, 3), [90, 94, 104]);
  for (const x of [32, 52]) fill(canvas, circle([x, y], 2.8), INK);
  const lamp = fill(canvas, circle([71, y], 9), shade(random, color));
  fill(canvas, ring([71, y], 9, 1.5), INK);
  const state = closed ? 'closed' : 'open';
  return [
    { label: `${color} lamp`, box: lamp },
    { label: `${state} switch`, box: [29, Math.min(arm[1], y - 3), 55, y + 3] },
  ];
}

function drawBattery(canvas: Canvas): SceneObject {
  wire(canvas, [LEFT, 20], [LEFT, 92]);
  wire(canvas, [RIGHT, 20], [RIGHT, 92]);
  wire(canvas, [LEFT, 92], [RIGHT, 92]);
  fill(canvas, rectangle([3, 40, 17, 64]), [206, 140, 60]);
  fill(canvas, rectangle([7, 36, 13, 40]), INK);
  fill(canvas, rectangle([3, 54, 17, 64]), INK);
  wire(canvas, [10, 64], [10, 92]);
  wire(canvas, [10, 92], [LEFT, 92]);
  return { label: 'battery', box: [3, 36, 17, 64] };
}

function extraQuestions(random: Random, branches: readonly Branch[]): Question[] {
  const ask = askerFor('science', random);
  const part = 'nano_science_part';
  const place = random.int(0, 2);
  const one = random.pick(branches);
  return [
    ask(part, [`Is the ${one.color} lamp on?`], one.closed ? 'yes' : 'no'),
    ask(part, [`Is the ${PLACES[place]} switch open or closed?`], branches[place]?.closed ? 'closed' : 'open'),
    ask(part, [`Which colour is the ${PLACES[place]} lamp?`], branches[place]?.color ?? ''),
    ask(part, ['How many switches are open?'], branches.filter(({ closed }) => !closed).length),
  ];
}

/** A circuit and its questions. */
export function circuitScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const single = random.chance(0.6);
  const only = random.int(0, 2);
  const branches = random
    .shuffle(COLOR_NAMES)
    .slice(0, 3)
    .map((color, index): Branch => ({ color, closed: single ? index === only : random.chance(0.5), y: 18 + 27 * index }));
  const objects = [drawBattery(canvas), ...branches.flatMap((branch) => drawBranch(canvas, branch, random))];
  const ask = askerFor('science', random);
  const on = branches.filter(({ closed }) => closed);
  const steps = `${branches.map(({ color, closed }) => `${color} ${closed ? 'closed' : 'open'}`).join(', ')}.`;
  const count = ask('nano_science_circuit', ['How many lamps are on?'], { answer: on.length, steps });
  const lit = ask('nano_science_circuit', ['Which lamp is on?', 'Which colour is the lamp that is on?'], {
    answer: on[0]?.color ?? '',
    steps,
  });
  const main = single ? lit : count;
  const extras = extraQuestions(random, branches);
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}
