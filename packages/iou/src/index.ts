// The public surface of @vtriune/iou: named re-exports and nothing else.

// Boxes and the units of their coordinates
export { boxArea, boxFromCxcywh, boxFromXywh, boxToCxcywh, boxToXywh, clipBox, isValidBox, scaleBox } from './box.ts';
export type { Box, Size } from './box.ts';
export { convertSpace, COORDINATE_SPACES } from './coordinate-space.ts';
export type { ConvertSpaceOptions, CoordinateSpace, ImageSize } from './coordinate-space.ts';

// Overlap
export { ciou, crowdIou, diou, giou, intersectionArea, iou, pointInBox } from './iou.ts';
export { flattenBoxes, pairwiseIou } from './pairwise-iou.ts';
export type { BoxList, PairwiseIouOptions } from './pairwise-iou.ts';

// Matching
export { matchGreedy, matchGreedyByThreshold, matchOptimal } from './match.ts';
export type {
  GreedyMatchOptions,
  GreedyOrder,
  GreedySweepOptions,
  LabeledBox,
  Match,
  Matching,
  MatchInput,
  MatchOptions,
  OptimalMatchOptions,
} from './match.ts';

// Suppression of duplicates
export { evaluateNmsAp, nmsApDetections, nonMaximumSuppression } from './nms.ts';
export type { NmsApOptions, ScoredBox, SuppressionOptions } from './nms.ts';

// COCO evaluation
export { COCO_AREA_RANGES, COCO_IOU_THRESHOLDS, evaluateCoco } from './evaluate-coco.ts';
export { imageAveragePrecision, type ImageAveragePrecision } from './image-average-precision.ts';
export { averagePrecisionOfSamples } from './resample-coco.ts';
export { precisionRecallCurve } from './coco-summary.ts';
export type { CocoSelection, PrecisionRecallCurve } from './coco-summary.ts';
export type {
  AreaRange,
  CategoryScores,
  CocoAnnotation,
  CocoAxes,
  CocoBox,
  CocoDetection,
  CocoEvaluation,
  CocoGroundTruth,
  CocoId,
  CocoOptions,
} from './coco-types.ts';

// Dynamic IoU reward
export { iouReward, thresholdAt, V_TRIUNE_SCHEDULE } from './schedule.ts';
export type { AdaptiveSchedule, IouSchedule, PassStatistics, ProgressSchedule, ScheduleStage } from './schedule.ts';
