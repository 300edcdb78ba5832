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
  const longest = classes.reduce((most, { images }) => Math.max(most, images.length), 0);
  const walk: Walk = { upTo: new Float64Array(longest), precision: new Float64Array(longest), right: new Float64Array(longest) };
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
  /** Image of each detection, from the best to the worst score. */
  readonly images: Int32Array;
  /** For each threshold, positions of the detections that found an object. */
  readonly found: readonly Int32Array[];
  /** For each of them, whether its object counts. */
  readonly counted: readonly Uint8Array[];
  /** Image of each object that counts. */
  readonly truths: Int32Array;
}

interface Walk {
  /** Weight of the detections up to and with each position. */
  readonly upTo: Float64Array;
  /** Precision at each right detection, then the largest one from there on. */
  readonly precision: Float64Array;
  /** Weight of the right detections up to and with each of them. */
  readonly right: Float64Array;
}

function classOf(index: CocoIndex, matches: CocoMatches, category: number): ClassRows {
  const { detections, groundTruths, byScore } = index;
  const rows = byScore.filter((row) => detections.categories[row] === category && matches.ranks[row]! < MAX_DETECTIONS);
  const outcomeOf = (threshold: number, position: number): number | undefined =>
    matches.outcomes[threshold * detections.count + rows[position]!];
  const positions = rows.map((_, position) => position);
  const found = COCO_IOU_THRESHOLDS.map((_, threshold) => positions.filter((position) => outcomeOf(threshold, position) !== UNMATCHED));
  const counted = found.map((own, threshold) => Uint8Array.from(own, (position) => Number(outcomeOf(threshold, position) === MATCHED)));
  const truths = groundTruths.images.filter((_, row) => groundTruths.categories[row] === category && matches.ignored[row] !== 1);
  return { images: rows.map((row) => detections.images[row]!), found, counted, truths };
}

function meanPrecision(classes: readonly ClassRows[], weights: Float64Array, walk: Walk): number {
  let sum = 0;
  let cells = 0;
  for (const one of classes) {
    let total = 0;
    for (const image of one.truths) total += weights[image]!;
    if (total === 0) continue;
    let weight = 0;
    for (let position = 0; position < one.images.length; position++) walk.upTo[position] = weight += weights[one.images[position]!]!;
    for (let threshold = 0; threshold < COCO_IOU_THRESHOLDS.length; threshold++) {
      const count = walkFound(one, threshold, { weights, walk });
      sum += interpolate(walk, count, total);
      cells++;
    }
  }
  return cells === 0 ? NaN : sum / cells;
}

/** Goes through the detections that found an object: all the others before each of them are wrong. */
function walkFound(one: ClassRows, threshold: number, { weights, walk }: { weights: Float64Array; walk: Walk }): number {
  const positions = one.found[threshold]!;
  const counted = one.counted[threshold]!;
  let right = 0;
  let ignored = 0;
  let count = 0;
  for (let place = 0; place < positions.length; place++) {
    const position = positions[place]!;
    const weight = weights[one.images[position]!]!;
    if (weight === 0) continue;
    if (counted[place] === 0) {
      ignored += weight;
      continue;
    }
    right += weight;
    walk.right[count] = right;
    walk.precision[count++] = right / (walk.upTo[position]! - ignored + Number.EPSILON);
  }
  for (let place = count - 1; place > 0; place--)
    if (walk.precision[place]! > walk.precision[place - 1]!) walk.precision[place - 1] = walk.precision[place]!;
  return count;
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
