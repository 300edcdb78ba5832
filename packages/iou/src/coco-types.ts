// The shapes that `evaluateCoco` reads (COCO's own JSON, other keys are ignored) and what it returns.

/** An id in a COCO file; one file uses either numbers or strings. */
export type CocoId = number | string;

/** COCO's box: left, top, width, height in pixels. */
export type CocoBox = readonly number[];

/** The `annotations` entry of a COCO ground truth file, as far as boxes go. */
export interface CocoAnnotation {
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  /** `[x, y, width, height]`. */
  readonly bbox: CocoBox;
  /** The area that decides the area range, in COCO that of the segmentation; the area of the box where absent. */
  readonly area?: number;
  /** 1 marks a region of many objects: predictions in it count neither as right nor as wrong. */
  readonly iscrowd?: number | boolean;
  /** 1 leaves one object out of the count: a prediction of it is neither right nor wrong, and missing it costs nothing. */
  readonly ignore?: number | boolean;
}

/** A COCO ground truth file. */
export interface CocoGroundTruth {
  readonly images: readonly { readonly id: CocoId }[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly { readonly id: CocoId; readonly name?: string }[];
}

/** One entry of a COCO results file. */
export interface CocoDetection {
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  /** `[x, y, width, height]`. */
  readonly bbox: CocoBox;
  readonly score: number;
}

/** A named range of object areas in squared pixels, both ends inclusive. */
export interface AreaRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** Options of `evaluateCoco`; the defaults are COCO's. */
export interface CocoOptions {
  /** IoU thresholds in (0, 1]. Default 0.5, 0.55, ..., 0.95. */
  readonly iouThresholds?: readonly number[];
  /** Default `COCO_AREA_RANGES`. */
  readonly areaRanges?: readonly AreaRange[];
  /** How many of the best scored detections per image and category count. Default 1, 10, 100. */
  readonly maxDetections?: readonly number[];
  /** The category ids to evaluate. Default all of the ground truth. */
  readonly categories?: readonly CocoId[];
}

/** The scores of one category, over all areas and the largest number of detections; -1 where it has no ground truth. */
export interface CategoryScores {
  readonly id: CocoId;
  readonly name: string | undefined;
  /** Average precision over all IoU thresholds. */
  readonly averagePrecision: number;
  /** Average precision at IoU 0.5; -1 where 0.5 is not among the thresholds. */
  readonly averagePrecision50: number;
  /** Average precision at IoU 0.75; -1 where 0.75 is not among the thresholds. */
  readonly averagePrecision75: number;
  /** Largest recall, averaged over all IoU thresholds. */
  readonly averageRecall: number;
  /** Ground truths that count: neither crowds nor `ignore`. */
  readonly groundTruths: number;
  /** Detections that were considered. */
  readonly detections: number;
}

/** What `evaluateCoco` returns. */
export interface CocoEvaluation {
  /**
   * COCO's twelve numbers in COCO's order: AP, AP at 0.5, at 0.75, of small, medium, large objects; AR with 1, 10, 100 detections,
   * of small, medium, large objects. -1 where there is nothing to measure.
   */
  readonly stats: readonly number[];
  readonly perCategory: readonly CategoryScores[];
  /** Interpolated precision at each recall threshold `[K, A, M, T, R]`; -1 without ground truths. */
  readonly precision: Float64Array;
  /** The score of the detection at which each recall threshold is reached `[K, A, M, T, R]`, 0 where it is not, -1 without ground truths. */
  readonly scores: Float64Array;
  /** The largest recall reached `[K, A, M, T]`; -1 without ground truths. */
  readonly recall: Float64Array;
  /** What the axes of the three arrays stand for, in order: K, A, M, T, R. */
  readonly axes: CocoAxes;
}

/** The axes of the arrays of a `CocoEvaluation`. */
export interface CocoAxes {
  /** K: category ids, ascending. */
  readonly categories: readonly CocoId[];
  /** A */
  readonly areaRanges: readonly AreaRange[];
  /** M: ascending. */
  readonly maxDetections: readonly number[];
  /** T */
  readonly iouThresholds: readonly number[];
  /** R: 0, 0.01, ..., 1. */
  readonly recallThresholds: readonly number[];
}
