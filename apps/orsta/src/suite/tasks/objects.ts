// Scenes of sprites on a background, for grounding, detection and counting, with the questions that all three can ask.
import { at } from '@vtriune/format/at';
import type { Box } from '@vtriune/iou';
import type { SpriteName, SuiteAssets } from '../assets.ts';
import { SPRITE_CLASSES } from '../assets.ts';
import { boxesToJson, inReadingOrder } from '../box-text.ts';
import type { Question, SceneObject, TaskName } from '../contract.ts';
import type { Canvas } from '../draw/canvas.ts';
import type { Sprite } from '../draw/sprite.ts';
import { drawSprite, spriteSize } from '../draw/sprite.ts';
import { SuiteError } from '../errors.ts';
import { placeBoxes } from '../placement.ts';
import type { Random } from '../random.ts';
import { askerFor, type Worked } from './compose.ts';

/** A sprite to place: its class and the length of its longer side in pixels. */
export interface Wanted {
  name: SpriteName;
  side: number;
}

const PLURALS: ReadonlyMap<string, string> = new Map(SPRITE_CLASSES.map(({ name, plural }) => [name, plural]));

/** All class names in random order. */
export function shuffledNames(random: Random): SpriteName[] {
  return random.shuffle(SPRITE_CLASSES.map(({ name }) => name));
}

/** Plural of a class name. */
export function pluralOf(name: string): string {
  return PLURALS.get(name) ?? name;
}

function spriteOf(assets: SuiteAssets, name: SpriteName): Sprite {
  const sprite = assets.sprites.get(name);
  if (!sprite) throw new SuiteError('missing_asset', `no sprite for ${name}: load the assets with loadAssets`);
  return sprite;
}

/** Places and draws sprites without overlap; objects come in the order of `wanted`. */
export function drawObjects(
  canvas: Canvas,
  wanted: readonly Wanted[],
  from: { random: Random; assets: SuiteAssets; accept?: (boxes: readonly Box[]) => boolean },
): SceneObject[] {
  const sizes = wanted.map(({ name, side }) => spriteSize(spriteOf(from.assets, name), side));
  const boxes = placeBoxes(from.random, sizes, from.accept ? { accept: from.accept } : {});
  return wanted.map(({ name }, index) => {
    const box = boxes[index] ?? [0, 0, 1, 1];
    drawSprite(canvas, spriteOf(from.assets, name), box);
    return { label: name, box };
  });
}

/** A question for boxes; the answer is their JSON in reading order. */
export function askBoxes(
  random: Random,
  what: { task: TaskName; source: string; wordings: readonly string[]; boxes: readonly SceneObject[] },
): Question {
  const boxes = inReadingOrder(what.boxes);
  return { task: what.task, source: what.source, text: random.pick(what.wordings), answer: boxesToJson(boxes), boxes };
}

/** The wordings that ask for the only object of a class. */
export function whereIs(phrase: string): string[] {
  return [`Where is the ${phrase}?`, `Find the ${phrase}.`, `Locate the ${phrase}.`];
}

/** The wordings that ask for all objects of a class. */
export function findAll(name: string): string[] {
  return [`Find all ${pluralOf(name)}.`, `Detect every ${name}.`, `Where are all ${pluralOf(name)}?`];
}

/** The wordings that ask for a number of objects. */
export function howMany(plural: string): string[] {
  return [`How many ${plural} are there?`, `Count the ${plural}.`, `How many ${plural}?`];
}

/** A number of objects, worked out by naming the middle of each in reading order. */
export function counted(objects: readonly SceneObject[]): Worked {
  return {
    answer: objects.length,
    steps:
      objects.length === 0
        ? 'no.'
        : `${inReadingOrder(objects)
            .map(({ box }) => `${Math.round((box[0] + box[2]) / 2)} ${Math.round((box[1] + box[3]) / 2)}`)
            .join(', ')}.`,
  };
}

/** Where a point lies on a grid of three by three: `top left`, `centre`, ... */
export function regionOf(box: Box): string {
  const third = (value: number): number => Math.min(2, Math.floor(value / 32));
  const row = at(['top', '', 'bottom'], third((box[1] + box[3]) / 2));
  const column = at(['left', '', 'right'], third((box[0] + box[2]) / 2));
  return `${row} ${column}`.trim() || 'centre';
}

/** Questions of all three kinds about a scene of sprites: one of each kind a class, in random order. */
export function objectExtras(objects: readonly SceneObject[], random: Random): Question[] {
  const names = random.shuffle([...new Set(objects.map(({ label }) => label))]);
  const absent = at(
    shuffledNames(random).filter((name) => !names.includes(name)),
    0,
  );
  return names.flatMap((name, index) => {
    const same = objects.filter(({ label }) => label === name);
    const asked = index === 0 && random.chance(0.3) ? { name: absent, objects: [] } : { name, objects: same };
    const count = askerFor('counting', random)('nano_counting_other', howMany(pluralOf(asked.name)), counted(asked.objects));
    if (same.length > 1)
      return [count, askBoxes(random, { task: 'detection', source: 'nano_detection_other', wordings: findAll(name), boxes: same })];
    const only = same.slice(0, 1);
    const where = askBoxes(random, { task: 'grounding', source: 'nano_grounding_other', wordings: whereIs(name), boxes: only });
    const region = regionOf(only[0]?.box ?? [0, 0, 0, 0]);
    const part = askerFor('grounding', random)('nano_grounding_part', [`In which part is the ${name}?`], region);
    return [where, random.chance(0.5) ? count : part];
  });
}
