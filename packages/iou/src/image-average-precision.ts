// COCO's average precision of one image whose detections have no scores, as a reward needs it: the numbers of `evaluateCoco` for this case, to
// the last bit, at a tenth of its cost, because nothing is indexed, sorted or kept. Left out: crowds, area ranges and recall.
// Boxes larger than COCO's largest area range do not count there; the rare input that has one goes to `evaluateCoco`.

import { boxToXywh, type Box } from './box.ts';
import { COCO_AREA_RANGES, COCO_IOU_THRESHOLDS, evaluateCoco, RECALL_THRESHOLDS } from './evaluate-coco.ts';
import type { LabeledBox } from './match.ts';

/** The first three of COCO's numbers, in [0, 1]. */
export interface ImageAveragePrecision {
  /** The mean over the IoU thresholds 0.5, 0.55, ... 0.95. */
  readonly map: number;
  readonly map50: number;
  readonly map75: number;
}

const MAX_DETECTIONS = 100;
const LARGEST_AREA = COCO_AREA_RANGES[0]!.max;
// An IoU of exactly 1 must reach a threshold of 1 in spite of rounding.
const THRESHOLDS: readonly number[] = COCO_IOU_THRESHOLDS.map((threshold) => Math.min(threshold, 1 - 1e-10));
const AT_75 = COCO_IOU_THRESHOLDS.indexOf(0.75);

/**
 * The average precision of predictions on one image, averaged over the labels of the ground truths; all predictions have the same score, and
 * those of other labels are not looked at. All 0 where there is no ground truth. Boxes must be valid (`isValidBox`).
 */
export function imageAveragePrecision(predictions: readonly LabeledBox[], groundTruths: readonly LabeledBox[]): ImageAveragePrecision {
  const labels = [...new Set(groundTruths.map(({ label }) => label))];
  if (predictions.some(isHuge) || groundTruths.some(isHuge)) return byCoco(predictions, groundTruths, labels);
  if (labels.length === 0) return { map: 0, map50: 0, map75: 0 };
  let all = 0;
  let at50 = 0;
  let at75 = 0;
  for (const label of labels) {
    const curve = precisionByThreshold(boxesOf(label, predictions).slice(0, MAX_DETECTIONS), boxesOf(label, groundTruths));
    all = curve.reduce((sum, precision) => sum + precision, all);
    at50 += curve[0]!;
    at75 += curve[AT_75]!;
  }
  return { map: all / (labels.length * THRESHOLDS.length), map50: at50 / labels.length, map75: at75 / labels.length };
}

function boxesOf(label: LabeledBox['label'], labeled: readonly LabeledBox[]): Box[] {
  const boxes: Box[] = [];
  for (const item of labeled) if (item.label === label) boxes.push(item.box);
  return boxes;
}

function isHuge({ box }: { readonly box: Box }): boolean {
  return (box[2] - box[0]) * (box[3] - box[1]) > LARGEST_AREA;
}

function byCoco(
  predictions: readonly LabeledBox[],
  groundTruths: readonly LabeledBox[],
  labels: readonly LabeledBox['label'][],
): ImageAveragePrecision {
  const toCoco = ({ box, label }: LabeledBox) => ({ image_id: 0, category_id: labels.indexOf(label), bbox: boxToXywh(box), score: 1 });
  const { stats } = evaluateCoco(
    { images: [{ id: 0 }], categories: labels.map((_, id) => ({ id })), annotations: groundTruths.map(toCoco) },
    predictions.map(toCoco).filter(({ category_id: category }) => category >= 0),
    { areaRanges: COCO_AREA_RANGES.slice(0, 1), maxDetections: [MAX_DETECTIONS] },
  );
  const [map = 0, map50 = 0, map75 = 0] = stats.map((value) => Math.max(0, value));
  return { map, map50, map75 };
}

/** The overlaps of the boxes of one label, one row of `truths` numbers per detection. */
interface LabelOverlaps {
  readonly detections: number;
  readonly truths: number;
  readonly overlaps: readonly number[];
}

/** The average precision of one label at each threshold. */
function precisionByThreshold(detections: readonly Box[], truths: readonly Box[]): number[] {
  const overlaps: number[] = [];
  for (const detection of detections) {
    for (const truth of truths) overlaps.push(cocoOverlap(detection, truth));
  }
  const ofLabel = { detections: detections.length, truths: truths.length, overlaps };
  let known = { smallest: -1, precision: 0 };
  return THRESHOLDS.map((threshold) => {
    // Where every pair of a lower threshold reaches this one, no detection had another choice.
    if (known.smallest < threshold) known = matchAt(ofLabel, threshold);
    return known.precision;
  });
}

/** By way of widths and heights, in the order of operations of pycocotools, so that thresholds are met by the same boxes. */
function cocoOverlap(detection: Box, truth: Box): number {
  const detectionWidth = detection[2] - detection[0];
  const truthWidth = truth[2] - truth[0];
  const width = Math.min(detectionWidth + detection[0], truthWidth + truth[0]) - Math.max(detection[0], truth[0]);
  if (width <= 0) return 0;
  const detectionHeight = detection[3] - detection[1];
  const truthHeight = truth[3] - truth[1];
  const height = Math.min(detectionHeight + detection[1], truthHeight + truth[1]) - Math.max(detection[1], truth[1]);
  if (height <= 0) return 0;
  const intersection = width * height;
  return intersection / (detectionWidth * detectionHeight + truthWidth * truthHeight - intersection);
}

/** Detections choose in order: the free ground truth with the largest overlap, the later one on a tie. */
function matchAt({ detections, truths, overlaps }: LabelOverlaps, threshold: number): { smallest: number; precision: number } {
  const taken = new Array<boolean>(truths).fill(false);
  const precisions: number[] = [];
  let smallest = Infinity;
  for (let detection = 0; detection < detections; detection++) {
    let best = -1;
    let largest = threshold;
    for (let truth = 0; truth < truths; truth++) {
      const overlap = overlaps[detection * truths + truth]!;
      if (overlap < largest || taken[truth] === true) continue;
      best = truth;
      largest = overlap;
    }
    if (best < 0) continue;
    taken[best] = true;
    smallest = Math.min(smallest, largest);
    // All detections so far were right or wrong.
    precisions.push((precisions.length + 1) / (detection + 1 + Number.EPSILON));
  }
  return { smallest, precision: interpolated(precisions, truths) };
}

/** The mean precision at 101 recalls, each the largest that is reached there or at a higher recall. */
function interpolated(precisions: number[], truths: number): number {
  for (let place = precisions.length - 1; place > 0; place--) {
    precisions[place - 1] = Math.max(precisions[place - 1]!, precisions[place]!);
  }
  let sum = 0;
  let next = 0;
  for (let found = 0; found < precisions.length; found++) {
    const precision = precisions[found]!;
    const recall = (found + 1) / truths;
    for (; next < RECALL_THRESHOLDS.length && RECALL_THRESHOLDS[next]! <= recall; next++) sum += precision;
  }
  return sum / RECALL_THRESHOLDS.length;
}
