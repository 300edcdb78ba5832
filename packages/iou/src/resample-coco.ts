// COCO's AP of many samples of the same images, for bootstrap intervals. Detections are matched once; a sample is how often each image is in it, and
// only goes through the matched detections again with these counts as weights.
// Left out: area ranges and other numbers of detections than COCO's 100. Equal scores in one image are in another order than in a data set that
// really has the image several times.

import { indexCoco, sortedIds, type CocoIndex } from './coco-index.ts';
import { MATCHED, matchCoco, UNMATCHED, type CocoMatches } from './coco-match.ts';
import type { CocoDetection, CocoGroundTruth } from './coco-types.ts';
import { COCO_IOU_THRESHOLDS, RECALL_THRESHOLDS } from './evaluate-coco.ts';

const ALL_AREAS = { name: 'all', min: 0, max: 1e10 };
const MAX_DETECTIONS = 100;

/**
 * COCO's AP of each sample. A sample says how often each image of `groundTruth.images` is drawn, in their order; one for each image gives
 * `evaluateCoco(...).stats[0]`. NaN where no drawn image has an object.
 * Throws a RangeError as `evaluateCoco` does, and on a sample with another number of images.
 */
export function averagePrecisionOfSamples(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  samples: Iterable<ArrayLike<number>>,
): number[] {
  const index = indexCoco(groundTruth, detections);
  const matches = matchCoco(index, { iouThresholds: COCO_IOU_THRESHOLDS, areaRanges: [ALL_AREAS], maxDetections: MAX_DETECTIONS });
  const classes = index.categories.map((_, category) => classOf(index, matches, category));
  const sorted = new Map(sortedIds(groundTruth.images.map(({ id }) => id)).map((id, position) => [id, position]));
  const places = Int32Array.from(groundTruth.images, ({ id }) => sorted.get(id) ?? NaN);
  const longest = classes.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  const walk: Walk = { precision: new Float64Array(longest), right: new Float64Array(longest) };
  const weights = new Float64Array(sorted.size);
  return Array.from(samples, (sample) => {
    if (sample.length !== places.length)
      throw new RangeError(`A sample has ${sample.length} counts. It must have one for each of the ${places.length} images.`);
    weights.fill(0);
    for (let image = 0; image < places.length; image++) weights[places[image]!] = weights[places[image]!]! + sample[image]!;
    return meanPrecision(classes, weights, walk);
  });
}

/** The detections and objects of one category. */
interface ClassRows {
  /** Rows of detections from the best to the worst score. */
  readonly rows: Int32Array;
  /** Image of each of them. */
  readonly images: Int32Array;
  /** `UNMATCHED`, `MATCHED` or `MATCHED_IGNORED` `[T, rows]`. */
  readonly outcomes: Uint8Array;
  /** Image of each object that counts. */
  readonly truths: Int32Array;
}

interface Walk {
  /** Precision at each right detection, then the largest one from there on. */
  readonly precision: Float64Array;
  /** Right detections up to and with each of them. */
  readonly right: Float64Array;
}

function classOf(index: CocoIndex, matches: CocoMatches, category: number): ClassRows {
  const { detections, groundTruths, byScore } = index;
  const rows = byScore.filter((row) => detections.categories[row] === category && matches.ranks[row]! < MAX_DETECTIONS);
  const outcomes = new Uint8Array(COCO_IOU_THRESHOLDS.length * rows.length);
  for (let threshold = 0; threshold < COCO_IOU_THRESHOLDS.length; threshold++)
    for (let position = 0; position < rows.length; position++)
      outcomes[threshold * rows.length + position] = matches.outcomes[threshold * detections.count + rows[position]!]!;
  const truths = groundTruths.images.filter((_, row) => groundTruths.categories[row] === category && matches.ignored[row] !== 1);
  return { rows, images: rows.map((row) => detections.images[row]!), outcomes, truths };
}

function meanPrecision(classes: readonly ClassRows[], weights: Float64Array, walk: Walk): number {
  let sum = 0;
  let cells = 0;
  for (const one of classes) {
    const total = one.truths.reduce((count, image) => count + weights[image]!, 0);
    if (total === 0) continue;
    for (let threshold = 0; threshold < COCO_IOU_THRESHOLDS.length; threshold++) {
      const found = walkDetections(one, threshold * one.rows.length, { weights, walk });
      sum += interpolate(walk, found, total);
      cells++;
    }
  }
  return cells === 0 ? NaN : sum / cells;
}

function walkDetections(one: ClassRows, from: number, { weights, walk }: { weights: Float64Array; walk: Walk }): number {
  const { images, outcomes } = one;
  let right = 0;
  let wrong = 0;
  let found = 0;
  for (let position = 0; position < images.length; position++) {
    const weight = weights[images[position]!]!;
    if (weight === 0) continue;
    const outcome = outcomes[from + position]!;
    if (outcome === UNMATCHED) wrong += weight;
    else if (outcome === MATCHED) {
      right += weight;
      walk.right[found] = right;
      walk.precision[found++] = right / (wrong + right + Number.EPSILON);
    }
  }
  for (let position = found - 1; position > 0; position--)
    if (walk.precision[position]! > walk.precision[position - 1]!) walk.precision[position - 1] = walk.precision[position]!;
  return found;
}

/** The mean precision at 101 recalls; 0 where a recall is not reached. */
function interpolate(walk: Walk, found: number, total: number): number {
  let sum = 0;
  let position = 0;
  for (const wanted of RECALL_THRESHOLDS) {
    while (position < found && walk.right[position]! / total < wanted) position++;
    if (position >= found) break;
    sum += walk.precision[position]!;
  }
  return sum / RECALL_THRESHOLDS.length;
}
