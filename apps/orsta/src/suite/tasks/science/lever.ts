// A lever held level: one to three blocks on either side at a distance of one to three marks; which side goes down when it is let go?
import type { Scene, SceneObject } from '../../contract.ts';
import { cleanSheet } from '../../draw/background.ts';
import type { Canvas } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { circle, polygon, rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { added, askerFor, composeScene, withExtras } from '../compose.ts';

interface Stack {
  blocks: number;
  distance: number;
}

type Outcome = 'left' | 'right' | 'neither';

const MIDDLE = 48;
const MARK = 14;
const SIDE = 11;

function outcomeOf(left: Stack, right: Stack): Outcome {
  const turn = left.blocks * left.distance - right.blocks * right.distance;
  if (turn === 0) return 'neither';
  return turn > 0 ? 'left' : 'right';
}

// The outcome is drawn first, so that the three answers are equally common.
function pickStacks(random: Random): { left: Stack; right: Stack; outcome: Outcome } {
  const outcome = random.pick(['left', 'right', 'neither'] as const);
  const stack = (): Stack => ({ blocks: random.int(1, 3), distance: random.int(1, 3) });
  for (;;) {
    const [left, right] = [stack(), stack()];
    if (outcomeOf(left, right) === outcome) return { left, right, outcome };
  }
}

function drawStack(canvas: Canvas, stack: Stack, place: { random: Random; sign: 1 | -1; y: number }): SceneObject {
  const x = MIDDLE + place.sign * stack.distance * MARK;
  const color = shade(place.random, place.random.pick(COLOR_NAMES));
  for (let block = 0; block < stack.blocks; block += 1) {
    const bottom = place.y - block * (SIDE + 1);
    fill(canvas, rectangle([x - SIDE / 2, bottom - SIDE, x + SIDE / 2, bottom]), color);
  }
  const top = place.y - stack.blocks * (SIDE + 1) + 1;
  return { label: 'blocks', box: [Math.floor(x - SIDE / 2), top, Math.ceil(x + SIDE / 2), place.y] };
}

/** A lever and its questions. */
export function leverScene(random: Random): Scene {
  const canvas = cleanSheet(random);
  const { left, right, outcome } = pickStacks(random);
  const y = random.int(50, 62);
  const beam = fill(canvas, rectangle([2, y, 94, y + 5]), [120, 84, 50]);
  for (let mark = -3; mark <= 3; mark += 1) fill(canvas, circle([MIDDLE + mark * MARK, y + 2.5], 1.6), [250, 250, 250]);
  fill(
    canvas,
    polygon([
      [MIDDLE, y + 5],
      [MIDDLE + 12, y + 26],
      [MIDDLE - 12, y + 26],
    ]),
    INK,
  );
  const stacks = [drawStack(canvas, left, { random, sign: -1, y }), drawStack(canvas, right, { random, sign: 1, y })];
  const ask = askerFor('science', random);
  const part = 'nano_science_part';
  const [leftTurn, rightTurn] = [left.blocks * left.distance, right.blocks * right.distance];
  const steps = `${left.blocks} x ${left.distance} = ${leftTurn}, ${right.blocks} x ${right.distance} = ${rightTurn}`;
  const main = ask('nano_science_lever', ['Which side goes down?', 'Which side of the lever goes down?'], { answer: outcome, steps });
  const extras = [
    ask(part, ['How many blocks are on the left?'], left.blocks),
    ask(part, ['How many blocks are on the right?'], right.blocks),
    ask(part, ['How far are the left blocks from the middle?'], left.distance),
    ask(part, ['How far are the right blocks from the middle?'], right.distance),
    ask(part, ['How many blocks are there?'], added(left.blocks, right.blocks)),
  ];
  return composeScene(canvas, [{ label: 'lever', box: beam }, ...stacks], withExtras(random, main, { extras, count: 4 }));
}
