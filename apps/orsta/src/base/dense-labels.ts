import type { DenseLabels } from '@vtriune/trainer';
import type { Box } from '@vtriune/iou';
import { SCENE_SIZE, type Scene, type SceneObject } from '../suite/contract.ts';
import { createRandom } from '../suite/random.ts';
import { suite } from '../suite/suite.ts';
import type { SuiteAssets } from '../suite/assets.ts';
import { CELLS } from './nano-config.ts';

const CELL = SCENE_SIZE / CELLS;
const NOTHING = 0;

/** Smallest share of a cell, or of the object, that must overlap for the cell to show the object. */
const OVERLAP = 0.2;

/** Class ids of everything that scenes show; 0 is nothing. */
export type DenseClasses = ReadonlyMap<string, number>;

/** Collects the labels of all tasks from generated scenes, sorted, so that ids do not depend on the order of discovery. */
export function collectClasses(assets: SuiteAssets, scenesPerTask = 200): DenseClasses {
  const labels = new Set<string>();
  for (const task of suite) {
    for (let index = 0; index < scenesPerTask; index++) {
      const scene = task.generate(createRandom(`dense-classes/${task.name}/${String(index)}`), assets, 'train');
      for (const { label } of scene.objects) labels.add(label);
    }
  }
  return new Map([...labels].sort().map((label, index) => [label, index + 1]));
}

/** The object that each of the `CELLS x CELLS` visual tokens shows: the one that fills most of the cell. */
export function denseLabels(scene: Scene, classes: DenseClasses, options: { weight: number; normalizer: number }): DenseLabels {
  const count = CELLS * CELLS;
  const labels: DenseLabels = {
    classIds: new Int32Array(count),
    boxes: new Float32Array(count * 4),
    boxWeights: new Float32Array(count),
    ...options,
  };
  for (let cell = 0; cell < count; cell++) {
    const object = objectAt(scene.objects, cell);
    labels.classIds[cell] = classes.get(object?.label ?? '') ?? NOTHING;
    if (object === undefined) continue;
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
    // A small object in front of a large one wins its cell.
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
