import { SPRITE_CLASSES, type Split, type SuiteAssets } from '../suite/assets.ts';
import { SCENE_SIZE, type Scene, type SceneObject } from '../suite/contract.ts';
import { clutteredGround, writingPaper } from '../suite/draw/background.ts';
import { drawGlyph, pickGlyph } from '../suite/draw/digit.ts';
import { drawSprite, spriteSize } from '../suite/draw/sprite.ts';
import type { Canvas } from '../suite/draw/canvas.ts';
import type { Random } from '../suite/random.ts';
import { SuiteError } from '../suite/errors.ts';

/**
 * A scene full of objects for the vision tower's warm-up: a jittered grid of handwritten digits, of sprites or of both. It asks nothing; its
 * labels are dense. A dozen digits an image is what makes handwriting learnable within minutes.
 */
export function warmUpScene(random: Random, assets: SuiteAssets, split: Split): Scene {
  const columns = random.pick([2, 3, 4, 4, 5]);
  const side = SCENE_SIZE / columns;
  const digitShare = random.pick([0, 0.5, 1, 1, 1]);
  const canvas = digitShare === 1 && random.chance(0.7) ? writingPaper(random) : clutteredGround(random);
  const objects: SceneObject[] = [];
  for (let cell = 0; cell < columns * columns; cell++) {
    if (random.chance(0.15)) continue;
    const place: Place = { left: (cell % columns) * side, top: Math.floor(cell / columns) * side, side };
    objects.push(
      random.chance(digitShare)
        ? placeDigit(canvas, place, { random, assets, split })
        : placeSprite(canvas, place, { random, assets, split }),
    );
  }
  return { task: 'ocr', width: SCENE_SIZE, height: SCENE_SIZE, pixels: canvas.pixels, objects, questions: [] };
}

interface Place {
  left: number;
  top: number;
  side: number;
}

interface Source {
  random: Random;
  assets: SuiteAssets;
  split: Split;
}

function placeDigit(canvas: Canvas, place: Place, { random, assets, split }: Source): SceneObject {
  const digit = random.int(0, 9);
  const size = Math.round(Math.min(30, place.side) * (0.65 + 0.3 * random.next()));
  const slack = (place.side - size) / 2;
  const center = [
    place.left + place.side / 2 + slack * (2 * random.next() - 1),
    place.top + place.side / 2 + slack * (2 * random.next() - 1),
  ] as const;
  const dark = random.int(0, 80);
  const box = drawGlyph(canvas, { glyph: pickGlyph(random, assets.digits[split], digit), center, side: size }, [
    dark,
    random.int(0, 80),
    random.int(0, 110),
  ]);
  return { label: String(digit), box };
}

function placeSprite(canvas: Canvas, place: Place, { random, assets }: Source): SceneObject {
  const { name } = random.pick(SPRITE_CLASSES);
  const sprite = assets.sprites.get(name);
  if (sprite === undefined)
    throw new SuiteError('missing_asset', `There is no sprite for ${name}; loadAssets() must load every class of SPRITE_CLASSES.`);
  const { width, height } = spriteSize(sprite, Math.min(36, Math.round(place.side * (0.6 + 0.38 * random.next()))));
  const left = Math.round(place.left + random.next() * (place.side - width));
  const top = Math.round(place.top + random.next() * (place.side - height));
  const box = [left, top, left + width, top + height] as const;
  drawSprite(canvas, sprite, box);
  return { label: name, box };
}
