// Turns COCO's lists of objects into sorted typed arrays: the first of the three steps of `evaluateCoco`.
// Boxes of one image and category are next to each other (a group), categories ascending, then images ascending, as pycocotools goes
// through them; detections of a group from the best to the worst score, ties in file order.

import type { CocoBox, CocoDetection, CocoGroundTruth, CocoId } from './coco-types.ts';
import { countingSort, denseRanks, positions, sortDescending } from './stable-sort.ts';

/** Boxes in columns; row `i` of each array belongs to the same box. */
export interface BoxTable {
  readonly count: number;
  /** `x, y, width, height` of each box. */
  readonly boxes: Float64Array;
  /** The area that decides the area range. */
  readonly areas: Float64Array;
  /** Position of the category in `CocoIndex.categories`. */
  readonly categories: Int32Array;
  /** Position of the image among the sorted image ids. */
  readonly images: Int32Array;
  /** One number per image and category, ascending with category, then image. */
  readonly groups: Float64Array;
  /** Crowd flags of ground truths. */
  readonly crowd: Uint8Array;
  /** Ground truths that count neither as found nor as missed: `iscrowd` or `ignore`. */
  readonly ignored: Uint8Array;
  /** Scores of detections. */
  readonly scores: Float64Array;
}

/** All that the evaluation needs to know about its input. */
export interface CocoIndex {
  readonly categories: readonly CocoId[];
  /** Sorted by category, then image, then file order. */
  readonly groundTruths: BoxTable;
  /** Sorted by category, then image, then score from best to worst, then file order. */
  readonly detections: BoxTable;
  /** Rows of `detections` sorted by category, then score from best to worst, then image, then rank in the image. */
  readonly byScore: Int32Array;
}

/** Reads and sorts the input. Throws a RangeError on broken boxes or scores and on detections in unknown images. */
export function indexCoco(groundTruth: CocoGroundTruth, detections: readonly CocoDetection[], chosen?: readonly CocoId[]): CocoIndex {
  requireLists(groundTruth, detections);
  const known = sortedIds(groundTruth.categories.map(({ id }) => id));
  const categories = chosen === undefined ? known : sortedIds(chosen);
  const unknown = categories.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new RangeError(
      `Category ${unknown} is not in the ground truth. Its categories are ${known.join(', ')}. Pass ids of these in \`categories\`.`,
    );
  }
  const images = sortedIds(groundTruth.images.map(({ id }) => id));
  const lookup: IdLookup = { categories: positionsOf(categories), images: positionsOf(images) };

  const truths = readGroundTruths(groundTruth, lookup, known);
  const truthOrder = sortByGroup(truths, positions(truths.count), lookup);
  const found = readDetections(detections, lookup, known);
  const scoreOrder = sortDescending(found.scores);
  const groupOrder = sortByGroup(found, scoreOrder, lookup);
  const table = permute(found, groupOrder);
  const byScore = sortByScore({ table, order: groupOrder, scores: found.scores, scoreOrder }, categories.length);
  return { categories, groundTruths: permute(truths, truthOrder), detections: table, byScore };
}

// COCO's files come from outside, so that their lists may be missing in spite of the types.
function requireLists(groundTruth: CocoGroundTruth, detections: readonly CocoDetection[]): void {
  const given: unknown = groundTruth;
  if (typeof given !== 'object' || given === null)
    throw new RangeError(
      `The ground truth is ${String(given)}. It must be an object with images, annotations and categories. Pass a COCO file.`,
    );
  for (const name of ['images', 'annotations', 'categories'] as const) {
    const list: unknown = groundTruth[name];
    if (!Array.isArray(list))
      throw new RangeError(
        `The ground truth has no list \`${name}\`, it ${list === undefined ? 'is absent' : `is ${String(list)}`}. Pass \`[]\` where there are none.`,
      );
  }
  if (!Array.isArray(detections))
    throw new RangeError(`The detections are ${typeof detections}. They must be a list as in a COCO results file. Pass \`[]\` for none.`);
}

interface IdLookup {
  readonly categories: ReadonlyMap<CocoId, number>;
  readonly images: ReadonlyMap<CocoId, number>;
}

/** The ids without repetition, ascending: positions in it are those of `BoxTable.images` and of the categories. */
export function sortedIds(ids: readonly CocoId[]): CocoId[] {
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
}

function positionsOf(ids: readonly CocoId[]): Map<CocoId, number> {
  return new Map(ids.map((id, position) => [id, position]));
}

function emptyTable(count: number): BoxTable {
  return {
    count,
    boxes: new Float64Array(count * 4),
    areas: new Float64Array(count),
    categories: new Int32Array(count),
    images: new Int32Array(count),
    groups: new Float64Array(count),
    crowd: new Uint8Array(count),
    ignored: new Uint8Array(count),
    scores: new Float64Array(count),
  };
}

/** Annotations of categories that were not chosen are left out. */
function readGroundTruths(groundTruth: CocoGroundTruth, lookup: IdLookup, known: readonly CocoId[]): BoxTable {
  const table = emptyTable(groundTruth.annotations.length);
  let count = 0;
  for (const [position, annotation] of groundTruth.annotations.entries()) {
    requireObject(annotation, `Annotation ${position}`);
    const { image_id, category_id, bbox, area, iscrowd, ignore } = annotation;
    const category = lookup.categories.get(category_id);
    const image = lookup.images.get(image_id);
    if (image === undefined) throw unknownId({ what: 'image', id: image_id, owner: `Annotation ${position}` });
    if (category === undefined) {
      requireCategory(category_id, known, `Annotation ${position}`);
      continue;
    }
    const boxArea = writeBox(table.boxes, count, bbox);
    table.areas[count] = area ?? boxArea;
    table.categories[count] = category;
    table.images[count] = image;
    table.groups[count] = category * lookup.images.size + image;
    table.crowd[count] = iscrowd ? 1 : 0;
    table.ignored[count] = iscrowd || ignore ? 1 : 0;
    count++;
  }
  return truncate(table, count);
}

function readDetections(detections: readonly CocoDetection[], lookup: IdLookup, known: readonly CocoId[]): BoxTable {
  const table = emptyTable(detections.length);
  let count = 0;
  for (const [position, detection] of detections.entries()) {
    requireObject(detection, `Detection ${position}`);
    const { image_id, category_id, bbox, score } = detection;
    const image = lookup.images.get(image_id);
    if (image === undefined) throw unknownId({ what: 'image', id: image_id, owner: `Detection ${position}` });
    const category = lookup.categories.get(category_id);
    if (category === undefined) {
      requireCategory(category_id, known, `Detection ${position}`);
      continue;
    }
    if (!Number.isFinite(score))
      throw new RangeError(`A detection in image ${image_id} has the score ${score}. Scores must be finite numbers.`);
    table.areas[count] = writeBox(table.boxes, count, bbox);
    table.categories[count] = category;
    table.images[count] = image;
    table.groups[count] = category * lookup.images.size + image;
    table.scores[count] = score;
    count++;
  }
  return truncate(table, count);
}

function requireObject(value: unknown, owner: string): void {
  if (typeof value === 'object' && value !== null) return;
  throw new RangeError(`${owner} is ${String(value)}. It must be an object with image_id, category_id and bbox.`);
}

function requireCategory(id: CocoId, known: readonly CocoId[], owner: string): void {
  if (known.includes(id)) return;
  throw unknownId({ what: 'category', id, owner, known });
}

function unknownId(found: { what: string; id: CocoId; owner: string; known?: readonly CocoId[] }): RangeError {
  const { what, id, owner, known } = found;
  const remedy =
    known === undefined
      ? 'List all evaluated images in `images`, also those without objects.'
      : `Its categories are ${known.map((one) => JSON.stringify(one)).join(', ') || 'none'}.`;
  return new RangeError(
    `${owner} names ${what} ${JSON.stringify(id)} (${typeof id}), which is not in the ground truth. ${remedy} Ids are compared with their type.`,
  );
}

function isBoxLike(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** Writes one box and returns its area. */
function writeBox(boxes: Float64Array, row: number, bbox: CocoBox): number {
  if (!isBoxLike(bbox)) throw new RangeError(`A box is ${String(bbox)}. It must be [x, y, width, height] in pixels.`);
  const x = bbox[0]!;
  const y = bbox[1]!;
  const width = bbox[2]!;
  const height = bbox[3]!;
  if (!Number.isFinite(x + y + width + height) || bbox.length !== 4 || width < 0 || height < 0) {
    throw new RangeError(
      `A box is ${JSON.stringify(bbox)}. It must be four finite numbers [x, y, width, height] in pixels, the size not negative.`,
    );
  }
  const at = row * 4;
  boxes[at] = x;
  boxes[at + 1] = y;
  boxes[at + 2] = width;
  boxes[at + 3] = height;
  return width * height;
}

function truncate(table: BoxTable, count: number): BoxTable {
  if (count === table.count) return table;
  return {
    count,
    boxes: table.boxes.subarray(0, count * 4),
    areas: table.areas.subarray(0, count),
    categories: table.categories.subarray(0, count),
    images: table.images.subarray(0, count),
    groups: table.groups.subarray(0, count),
    crowd: table.crowd.subarray(0, count),
    ignored: table.ignored.subarray(0, count),
    scores: table.scores.subarray(0, count),
  };
}

function sortByGroup(table: BoxTable, order: Int32Array, lookup: IdLookup): Int32Array {
  return countingSort(countingSort(order, table.images, lookup.images.size), table.categories, lookup.categories.size);
}

function permute(table: BoxTable, order: Int32Array): BoxTable {
  const sorted = emptyTable(order.length);
  for (let row = 0; row < order.length; row++) {
    const from = order[row]!;
    for (let part = 0; part < 4; part++) sorted.boxes[row * 4 + part] = table.boxes[from * 4 + part]!;
    sorted.areas[row] = table.areas[from]!;
    sorted.categories[row] = table.categories[from]!;
    sorted.images[row] = table.images[from]!;
    sorted.groups[row] = table.groups[from]!;
    sorted.crowd[row] = table.crowd[from]!;
    sorted.ignored[row] = table.ignored[from]!;
    sorted.scores[row] = table.scores[from]!;
  }
  return sorted;
}

/** The ranks of the scores come from the sort before the rows were grouped, so that the scores are sorted only once. */
function sortByScore(grouped: Grouped, categories: number): Int32Array {
  const { ranks, count } = denseRanks(grouped.scores, grouped.scoreOrder);
  const rowRanks = new Int32Array(grouped.order.length);
  for (let row = 0; row < rowRanks.length; row++) rowRanks[row] = ranks[grouped.order[row]!]!;
  return countingSort(countingSort(positions(rowRanks.length), rowRanks, count), grouped.table.categories, categories);
}

interface Grouped {
  /** The detections in the order of their groups. */
  readonly table: BoxTable;
  /** Where each row of the table stood in the input. */
  readonly order: Int32Array;
  /** Scores of the input, and its positions from the best to the worst. */
  readonly scores: Float64Array;
  readonly scoreOrder: Int32Array;
}
