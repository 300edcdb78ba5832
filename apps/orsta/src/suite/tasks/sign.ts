// Sign: a number on a small sign in a large scene. Scaled down to what the model sees at once, the digits are a few pixels high: the sign is found, and is
// read only by a look at that part of the scene.
import { SPRITE_CLASSES } from '../assets.ts';
import type { SuiteTask } from '../contract.ts';
import { SCENE_SIZE } from '../contract.ts';
import { clutteredGround } from '../draw/background.ts';
import { fill, type Canvas } from '../draw/canvas.ts';
import { rectangle } from '../draw/shapes.ts';
import { drawSprite, spriteSize } from '../draw/sprite.ts';
import { SuiteError } from '../errors.ts';
import { placeBoxes } from '../placement.ts';
import { askerFor, composeScene } from './compose.ts';
import { pickInk, writeDigits } from './handwriting.ts';

/** How many times as long the sides of the scene are as those of the others. */
const SCALE = 4;

/** Size of the sign in pixels of the scene scaled down. */
const SIGN = { width: 15, height: 10 };

/** Distance of the digits and of the edge, in pixels of the scene. */
const PITCH = 26;
const DIGIT_SIDES = [22, 25] as const;

/** Sign: the two digits of the only sign. */
export const sign: SuiteTask = {
  name: 'sign',
  sources: ['nano_sign'],
  generate(random, assets, split) {
    const ground = clutteredGround(random);
    const sprites = random
      .shuffle(SPRITE_CLASSES.map(({ name }) => name))
      .slice(0, random.int(1, 3))
      .map((name) => {
        const sprite = assets.sprites.get(name);
        if (sprite === undefined) throw new SuiteError('missing_asset', `no sprite for ${name}: load the assets with loadAssets`);
        return { name, sprite, size: spriteSize(sprite, random.int(18, 30)) };
      });
    const [place, ...others] = placeBoxes(random, [SIGN, ...sprites.map(({ size }) => size)]);
    if (place === undefined) throw new SuiteError('unplaceable', 'the sign has no place');
    sprites.forEach(({ sprite }, index) => {
      const box = others[index];
      if (box !== undefined) drawSprite(ground, sprite, box);
    });
    const canvas = enlarged(ground);
    const box = place.map((side) => side * SCALE) as [number, number, number, number];
    const tone = random.int(222, 250);
    fill(canvas, rectangle(box), [tone, tone, tone - 8]);
    const digits = [random.int(0, 9), random.int(0, 9)];
    const middle = (box[0] + box[2]) / 2;
    const writing = {
      digits,
      centers: [middle - PITCH / 2, middle + PITCH / 2],
      y: (box[1] + box[3]) / 2,
      sides: DIGIT_SIDES,
      ink: pickInk(random),
    };
    const objects = [{ label: 'sign', box }, ...writeDigits(canvas, writing, { random, assets, split })];
    const main = askerFor('sign', random)('nano_sign', ['What number is on the sign?', 'Read the sign.'], digits.join(' '));
    return composeScene(canvas, objects, [main]);
  },
};

/** Every pixel as a square of pixels. */
function enlarged(small: Canvas): Canvas {
  const side = SCENE_SIZE * SCALE;
  const canvas: Canvas = { width: side, height: side, pixels: new Uint8Array(side * side * 3) };
  const row = side * 3;
  for (let y = 0; y < SCENE_SIZE; y += 1) {
    const first = y * SCALE * row;
    for (let at = 0; at < row; at += 1)
      canvas.pixels[first + at] = small.pixels[(y * SCENE_SIZE + Math.floor(at / 3 / SCALE)) * 3 + (at % 3)]!;
    for (let copy = 1; copy < SCALE; copy += 1) canvas.pixels.copyWithin(first + copy * row, first, first + row);
  }
  return canvas;
}
