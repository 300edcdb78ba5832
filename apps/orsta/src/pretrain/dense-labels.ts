// What each visual token of a scene shows, for the warm-up of the vision tower and beside the questions: the class of its object, the words
// that name it and the sides of its box. Left out: several objects in one cell; the one that fills most of it counts.
import { at } from '@vtriune/format/at';
import type { Tokenizer } from '@vtriune/trainer';
import type { DenseLabels } from './dense-loss.ts';
import type { Box } from '@vtriune/iou';
import { SCENE_SIZE, type Scene, type SceneObject } from '../suite/contract.ts';
import { createRandom } from '../suite/random.ts';
import { suite } from '../suite/suite.ts';
import { SPRITE_CLASSES, type SuiteAssets } from '../suite/assets.ts';
import { CELLS } from './nano-config.ts';

const CELL = SCENE_SIZE / CELLS;
const NOTHING = 0;

/** Smallest share of a cell, or of the object, that must overlap for the cell to show the object. */
const OVERLAP = 0.2;

/** A kind of thing that scenes show: its class (0 is nothing) and two words that name it, as places among all name words. */
export interface DenseClass {
  id: number;
  names: readonly [number, number];
}

/** Everything that scenes show, and the token ids of the words that name it and of the numbers that sides of boxes can be. */
export interface DenseVocabulary {
  classes: ReadonlyMap<string, DenseClass>;
  words: DenseLabels['words'];
}

/** Collects the labels of all tasks from generated scenes, sorted, so that ids do not depend on the order of discovery. */
export function collectVocabulary(assets: SuiteAssets, tokenizer: Tokenizer, scenesPerTask = 200): DenseVocabulary {
  const labels = new Set<string>();
  for (const task of suite) {
    for (let index = 0; index < scenesPerTask; index++) {
      const scene = task.generate(createRandom(`dense-classes/${task.name}/${String(index)}`), assets, 'train');
      for (const { label } of scene.objects) labels.add(label);
    }
  }
  const sorted = [...labels].sort();
  const names = [...new Set(sorted.flatMap(wordsOf))];
  const firstToken = (text: string): number => at(tokenizer.encode(text), 0);
  const place = (words: readonly string[], index: number): number => names.indexOf(at(words, index));
  return {
    classes: new Map(
      sorted.map((label, index) => {
        const words = wordsOf(label);
        return [label, { id: index + 1, names: [place(words, 0), place(words, words.length - 1)] }];
      }),
    ),
    words: {
      names: Int32Array.from(names, firstToken),
      numbers: Int32Array.from({ length: SCENE_SIZE + 1 }, (_, number) => firstToken(String(number))),
    },
  };
}

/** How questions name an object: a sprite in the singular and in the plural, a part by its words, a digit as a number. */
function wordsOf(label: string): string[] {
  const sprite = SPRITE_CLASSES.find(({ name }) => name === label);
  const words = sprite === undefined ? label.split(' ') : [sprite.name, sprite.plural];
  return words.map((word) => (/^\d/.test(word) ? word : ` ${word}`));
}

/** The object that each of the `CELLS x CELLS` visual tokens shows: the one that fills most of the cell. */
export function denseLabels(scene: Scene, vocabulary: DenseVocabulary, options: { weight: number; normalizer: number }): DenseLabels {
  const count = CELLS * CELLS;
  const labels: DenseLabels = {
    classIds: new Int32Array(count),
    boxes: new Float32Array(count * 4),
    boxWeights: new Float32Array(count),
    names: new Int32Array(count * 2),
    sides: new Int32Array(count * 4),
    words: vocabulary.words,
    ...options,
  };
  for (let cell = 0; cell < count; cell++) {
    const object = objectAt(scene.objects, cell);
    const known = vocabulary.classes.get(object?.label ?? '');
    labels.classIds[cell] = known?.id ?? NOTHING;
    if (object === undefined || known === undefined) continue;
    labels.names.set(known.names, cell * 2);
    labels.sides.set(object.box, cell * 4);
    labels.boxes.set(
      object.box.map((side) => side / SCENE_SIZE),
      cell * 4,
    );
    labels.boxWeights[cell] = 1;
  }
  return labels;
}

function objectAt(objects: readonly SceneObject[], cell: number): SceneObject | undefined {
  const left = (cell % CELLS) * CELL;
  const top = Math.floor(cell / CELLS) * CELL;
  let best: SceneObject | undefined;
  let most = 0;
  for (const object of objects) {
    const shared = sharedArea(object.box, [left, top, left + CELL, top + CELL]);
    const area = (object.box[2] - object.box[0]) * (object.box[3] - object.box[1]);
    const share = shared / Math.min(area, CELL * CELL);
    // A small object before a large one wins its cell.
    const score = share < OVERLAP ? 0 : shared / Math.sqrt(area);
    if (score > most) [best, most] = [object, score];
  }
  return best;
}

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}
