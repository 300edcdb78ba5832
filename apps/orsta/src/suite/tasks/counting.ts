// Counting: 0 to 6 objects of one class among others; sprites on a background, or figures of one color or one form.
import { at } from '@vtriune/format/at';
import type { Scene, SceneObject, SuiteTask } from '../contract.ts';
import type { SuiteAssets } from '../assets.ts';
import { clutteredGround, plainGround } from '../draw/background.ts';
import type { ColorName } from '../draw/palette.ts';
import { COLOR_NAMES, shade } from '../draw/palette.ts';
import type { Figure } from '../draw/shapes.ts';
import { FIGURES, drawFigure } from '../draw/shapes.ts';
import { placeBoxes } from '../placement.ts';
import type { Random } from '../random.ts';
import { askerFor, composeScene, withExtras } from './compose.ts';
import type { Wanted } from './objects.ts';
import { counted, drawObjects, howMany, objectExtras, pluralOf, shuffledNames } from './objects.ts';

const MOST = 6;

function spriteScene(random: Random, assets: SuiteAssets): Scene {
  const names = shuffledNames(random);
  const name = at(names, 0);
  const count = random.int(0, MOST);
  const distractors = random.int(count === 0 ? 2 : 0, Math.max(2, 5 - count));
  const side = (): number => random.int(15, count + distractors > 5 ? 20 : 24);
  const wanted: Wanted[] = Array.from({ length: count }, () => ({ name, side: side() }));
  for (let index = 0; index < distractors; index += 1) wanted.push({ name: at(names, random.chance(0.5) ? 1 : 2), side: side() });
  const canvas = random.chance(0.5) ? clutteredGround(random) : plainGround(random);
  const objects = drawObjects(canvas, wanted, { random, assets });
  const main = askerFor('counting', random)('nano_counting_sprites', howMany(pluralOf(name)), counted(objects.slice(0, count)));
  const ask = askerFor('counting', random);
  const total = ask('nano_counting_other', ['How many objects are there?', 'Count all objects.'], objects.length);
  const extras = [total, ...objectExtras(objects, random)].filter((question) => !howMany(pluralOf(name)).includes(question.text));
  return composeScene(canvas, objects, withExtras(random, main, { extras, count: 4 }));
}

interface Piece {
  color: ColorName;
  figure: Figure;
}

function drawPieces(random: Random, pieces: readonly Piece[]): { canvas: Scene['pixels']; objects: SceneObject[] } {
  const canvas = plainGround(random);
  const radii = pieces.map(() => random.int(6, 9));
  const boxes = placeBoxes(
    random,
    radii.map((radius) => ({ width: 2 * radius + 2, height: 2 * radius + 2 })),
    { gap: 1 },
  );
  const objects = pieces.map(({ color, figure }, index) => {
    const [left, top] = boxes[index] ?? [0, 0];
    const radius = at(radii, index);
    const box = drawFigure(canvas, { name: figure, center: [left + radius + 1, top + radius + 1], radius }, shade(random, color));
    return { label: `${color} ${figure}`, box };
  });
  return { canvas: canvas.pixels, objects };
}

function pluralFigure(figure: Figure): string {
  return figure === 'cross' ? 'crosses' : `${figure}s`;
}

function figureScene(random: Random): Scene {
  const colors = random.shuffle(COLOR_NAMES);
  const figures = random.shuffle(FIGURES);
  const target: Piece = { color: at(colors, 0), figure: at(figures, 0) };
  const [second, other] = [at(colors, 1), at(figures, 1)];
  const count = random.int(0, MOST);
  const lures: Piece[] = [
    { color: target.color, figure: other },
    { color: second, figure: target.figure },
    { color: at(colors, 1), figure: other },
  ];
  const pieces: Piece[] = Array.from({ length: count }, () => target);
  for (let left = random.int(1, 3); left > 0; left -= 1) pieces.push(random.pick(lures));
  const { canvas, objects } = drawPieces(random, random.shuffle(pieces));
  const ask = askerFor('counting', random);
  const number = (keep: (piece: Piece) => boolean): number => pieces.filter(keep).length;
  const main = ask(
    'nano_counting_figures',
    howMany(`${target.color} ${pluralFigure(target.figure)}`),
    counted(objects.filter(({ label }) => label === `${target.color} ${target.figure}`)),
  );
  const extras = [
    ask('nano_counting_other', ['How many objects are there?', 'Count all objects.'], pieces.length),
    ask(
      'nano_counting_other',
      howMany(pluralFigure(target.figure)),
      number((piece) => piece.figure === target.figure),
    ),
    ask(
      'nano_counting_other',
      howMany(`${second} objects`),
      number((piece) => piece.color === second),
    ),
    ask(
      'nano_counting_other',
      howMany(`${target.color} objects`),
      number((piece) => piece.color === target.color),
    ),
    ask(
      'nano_counting_other',
      howMany(`${second} ${pluralFigure(other)}`),
      number((piece) => piece.color === second && piece.figure === other),
    ),
  ];
  return composeScene({ width: 96, height: 96, pixels: canvas }, objects, withExtras(random, main, { extras, count: 4 }));
}

/** Counting: how many objects of a class, or figures of a color and form. */
export const counting: SuiteTask = {
  name: 'counting',
  sources: ['nano_counting_sprites', 'nano_counting_figures'],
  generate: (random, assets) => (random.chance(0.5) ? spriteScene(random, assets) : figureScene(random)),
};
