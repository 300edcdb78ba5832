// COCO's box evaluation, equal to pycocotools. Left out: masks and keypoints.
// Deviations: a missing `area` is the area of the box and a missing `iscrowd` is 0, where pycocotools fails; AP is reported at the largest
// number of detections, where pycocotools gives -1 unless that is 100; an annotation with id 0 is one like any other;
// `ignore` is kept, where pycocotools overwrites it with `iscrowd`; unknown ids are errors, where pycocotools leaves them out.

import { accumulateCoco } from './coco-accumulate.ts';
import { indexCoco } from './coco-index.ts';
import { matchCoco } from './coco-match.ts';
import { categoryScores, cocoStats } from './coco-summary.ts';
import type { AreaRange, CocoAxes, CocoDetection, CocoEvaluation, CocoGroundTruth, CocoOptions } from './coco-types.ts';

/** COCO's area ranges: all, small (up to 32 x 32 pixels), medium (up to 96 x 96) and large. */
export const COCO_AREA_RANGES: readonly AreaRange[] = [
  { name: 'all', min: 0, max: 1e10 },
  { name: 'small', min: 0, max: 1024 },
  { name: 'medium', min: 1024, max: 9216 },
  { name: 'large', min: 9216, max: 1e10 },
];

/** COCO's IoU thresholds, 0.5 to 0.95 in steps of 0.05, with numpy's rounding. */
export const COCO_IOU_THRESHOLDS: readonly number[] = evenlySpaced(0.5, 0.95, 10);

/** COCO's recalls, 0 to 1 in steps of 0.01, with numpy's rounding. */
export const RECALL_THRESHOLDS: readonly number[] = evenlySpaced(0, 1, 101);

/**
 * Evaluates detections against ground truths as pycocotools does for `bbox`.
 * Throws a RangeError on broken boxes, scores or options, and on detections in images that the ground truth does not list.
 */
export function evaluateCoco(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options: CocoOptions = {},
): CocoEvaluation {
  const { iouThresholds = COCO_IOU_THRESHOLDS, areaRanges = COCO_AREA_RANGES } = options;
  const maxDetections = [...(options.maxDetections ?? [1, 10, 100])].sort((a, b) => a - b);
  checkOptions(iouThresholds, areaRanges, maxDetections);
  const index = indexCoco(groundTruth, detections, options.categories);
  const matches = matchCoco(index, { iouThresholds, areaRanges, maxDetections: maxDetections[maxDetections.length - 1]! });
  const axes: CocoAxes = { categories: index.categories, areaRanges, maxDetections, iouThresholds, recallThresholds: RECALL_THRESHOLDS };
  const curves = accumulateCoco({ index, matches, axes });
  const summary = { axes, curves };
  const { precision, scores, recall } = curves;
  return { stats: cocoStats(summary), perCategory: categoryScores(summary, index, groundTruth), precision, scores, recall, axes };
}

/** numpy's `linspace`, so that thresholds are the same doubles. */
function evenlySpaced(start: number, end: number, count: number): number[] {
  const step = (end - start) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? end : index * step + start));
}

function checkOptions(iouThresholds: readonly number[], areaRanges: readonly AreaRange[], maxDetections: readonly number[]): void {
  if (iouThresholds.length === 0 || !iouThresholds.every((threshold) => threshold > 0 && threshold <= 1)) {
    throw new RangeError(`The IoU thresholds are [${iouThresholds.join(', ')}]. They must be one or more numbers in (0, 1].`);
  }
  if (areaRanges.length === 0 || !areaRanges.every(({ min, max }) => min <= max)) {
    throw new RangeError(`The area ranges are ${JSON.stringify(areaRanges)}. There must be one or more, each with min <= max.`);
  }
  if (maxDetections.length === 0 || !maxDetections.every((limit) => Number.isInteger(limit) && limit > 0)) {
    throw new RangeError(`The numbers of detections are [${maxDetections.join(', ')}]. They must be one or more whole numbers above 0.`);
  }
}
