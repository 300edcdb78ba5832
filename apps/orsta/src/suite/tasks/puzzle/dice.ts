// Three dice whose dots rise or fall by one or two; one of them is empty.
import { at } from '@vtriune/format/at';
import type { Question, SceneObject } from '../../contract.ts';
import type { Canvas, Point } from '../../draw/canvas.ts';
import { fill } from '../../draw/canvas.ts';
import { drawText } from '../../draw/font.ts';
import { COLOR_NAMES, INK, shade } from '../../draw/palette.ts';
import { circle, rectangle } from '../../draw/shapes.ts';
import type { Random } from '../../random.ts';
import { added, askerFor } from '../compose.ts';

/** Three numbers of dots with an even step, one of them to be found. */
export interface Dice {
  values: number[];
  step: number;
  empty: number;
}

// Places of the dots on a face, in steps from the middle.
const FACES: readonly (readonly Point[])[] = [
  [[0, 0]],
  [
    [-1, -1],
    [1, 1],
  ],
  [
    [-1, -1],
    [0, 0],
    [1, 1],
  ],
  [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ],
  [
    [-1, -1],
    [1, -1],
    [0, 0],
    [-1, 1],
    [1, 1],
  ],
  [
    [-1, -1],
    [1, -1],
    [-1, 0],
    [1, 0],
    [-1, 1],
    [1, 1],
  ],
];

/** Draws the numbers. */
export function pickDice(random: Random): Dice {
  const step = random.pick([-2, -1, 1, 2]);
  const reach = Math.abs(step) * 2;
  const low = random.int(1, 6 - reach);
  const first = step > 0 ? low : low + reach;
  return { values: [first, first + step, first + 2 * step], step, empty: random.int(0, 2) };
}

/** Draws the dice in a row. */
export function drawDice(canvas: Canvas, dice: Dice, random: Random): SceneObject[] {
  const y = random.int(24, 72);
  const dotColor = shade(random, random.pick(COLOR_NAMES));
  return dice.values.map((value, index) => {
    const x = 16 + 32 * index;
    const box = fill(canvas, rectangle([x - 14, y - 14, x + 14, y + 14]), INK);
    fill(canvas, rectangle([x - 13, y - 13, x + 13, y + 13]), [254, 254, 254]);
    if (index === dice.empty) {
      drawText(canvas, { value: '?', center: [x, y], scale: 2 }, INK);
      return { label: 'empty cell', box };
    }
    for (const [stepX, stepY] of at(FACES, value - 1)) fill(canvas, circle([x + stepX * 7.5, y + stepY * 7.5], 3), dotColor);
    return { label: String(value), box };
  });
}

function workOut({ values, step, empty }: Dice): string {
  const [from, by] = empty === 0 ? [at(values, 1), -step] : [at(values, empty - 1), step];
  const seen = values.map((value, index) => (index === empty ? '?' : String(value))).join(' ');
  return `${seen}, ${from} ${by > 0 ? '+' : '-'} ${Math.abs(by)} = ${from + by}`;
}

/** The question for the empty die, and others. */
export function askDice(random: Random, dice: Dice): { main: Question; extras: Question[] } {
  const ask = askerFor('puzzle', random);
  const { values, empty } = dice;
  const main = ask('nano_puzzle_dice', ['How many dots are missing?', 'How many dots complete the pattern?'], {
    answer: at(values, empty),
    steps: workOut(dice),
  });
  const shown = values.filter((_, index) => index !== empty);
  const places = ['first', 'second', 'third'];
  const asked = [0, 1, 2].filter((index) => index !== empty);
  const extras = [
    ...asked.map((index) => ask('nano_puzzle_part', [`How many dots has the ${places[index]} cell?`], at(values, index))),
    ask('nano_puzzle_part', ['Which cell is empty?'], at(places, empty)),
    ask('nano_puzzle_part', ['How many dots are there?'], added(at(shown, 0), at(shown, 1))),
    ask('nano_puzzle_part', ['Do the dots rise or fall?'], dice.step > 0 ? 'rise' : 'fall'),
  ];
  return { main, extras };
}
