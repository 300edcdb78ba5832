// @vtriune/iou

export interface AdaptiveSchedule {
  readonly kind: 'adaptive';
  readonly levels: readonly number[];
  readonly raiseAbove: number;
  readonly minimumCount?: number;
}

export interface AreaRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export type BoxList = readonly Box[] | Float64Array;

export const COCO_AREA_RANGES: readonly AreaRange[];

export const COCO_IOU_THRESHOLDS: readonly number[];

export const COORDINATE_SPACES: readonly CoordinateSpace[];

export interface CategoryScores {
  readonly id: CocoId;
  readonly name: string | undefined;
  readonly averagePrecision: number;
  readonly averagePrecision50: number;
  readonly averagePrecision75: number;
  readonly averageRecall: number;
  readonly groundTruths: number;
  readonly detections: number;
}

export interface CocoAnnotation {
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  readonly bbox: CocoBox;
  readonly area?: number;
  readonly iscrowd?: number | boolean;
  readonly ignore?: number | boolean;
}

export interface CocoAxes {
  readonly categories: readonly CocoId[];
  readonly areaRanges: readonly AreaRange[];
  readonly maxDetections: readonly number[];
  readonly iouThresholds: readonly number[];
  readonly recallThresholds: readonly number[];
}

export type CocoBox = readonly number[];

export interface CocoDetection {
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  readonly bbox: CocoBox;
  readonly score: number;
}

export interface CocoEvaluation {
  readonly stats: readonly number[];
  readonly perCategory: readonly CategoryScores[];
  readonly precision: Float64Array;
  readonly scores: Float64Array;
  readonly recall: Float64Array;
  readonly axes: CocoAxes;
}

export interface CocoGroundTruth {
  readonly images: readonly {
    readonly id: CocoId;
  }[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly {
    readonly id: CocoId;
    readonly name?: string;
  }[];
}

export type CocoId = number | string;

export interface CocoOptions {
  readonly iouThresholds?: readonly number[];
  readonly areaRanges?: readonly AreaRange[];
  readonly maxDetections?: readonly number[];
  readonly categories?: readonly CocoId[];
}

export interface CocoSelection {
  readonly category?: CategoryScores['id'];
  readonly areaRange?: string;
  readonly maxDetections?: number;
  readonly iouThreshold?: number;
}

export interface ConvertSpaceOptions {
  readonly from: CoordinateSpace;
  readonly to: CoordinateSpace;
  readonly size?: ImageSize;
}

export type CoordinateSpace = 'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1';

export interface GreedyMatchOptions extends MatchOptions {
  readonly order?: GreedyOrder;
}

export type GreedyOrder = 'iou-first' | 'label-first';

export interface GreedySweepOptions {
  readonly thresholds: readonly number[];
  readonly order?: GreedyOrder;
}

export interface ImageAveragePrecision {
  readonly map: number;
  readonly map50: number;
  readonly map75: number;
}

export interface ImageSize {
  readonly width?: number;
  readonly height?: number;
  readonly resizedWidth?: number;
  readonly resizedHeight?: number;
}

export type IouSchedule = ProgressSchedule | AdaptiveSchedule;

export interface LabeledBox {
  readonly box: Box;
  readonly label?: string;
}

export interface Match {
  readonly prediction: number;
  readonly groundTruth: number;
  readonly iou: number;
  readonly sameLabel: boolean;
}

export type MatchInput =
  | {
      readonly predictions: readonly LabeledBox[];
      readonly groundTruths: readonly LabeledBox[];
    }
  | {
      readonly iou: readonly ArrayLike<number>[];
    };

export interface MatchOptions {
  readonly threshold?: number;
}

export interface Matching {
  readonly matches: readonly Match[];
  readonly unmatchedPredictions: readonly number[];
  readonly unmatchedGroundTruths: readonly number[];
}

export interface NmsApOptions extends CocoOptions {
  readonly suppressionThreshold?: number;
}

export interface OptimalMatchOptions extends MatchOptions {
  readonly sameLabel?: boolean;
}

export interface PairwiseIouOptions {
  readonly crowd?: ArrayLike<boolean | number>;
  readonly out?: Float64Array;
}

export interface PassStatistics {
  readonly passed: number;
  readonly count: number;
}

export interface PrecisionRecallCurve {
  readonly recall: readonly number[];
  readonly precision: Float64Array;
  readonly scores: Float64Array;
}

export type ProgressSchedule =
  | {
      readonly kind: 'constant';
      readonly threshold: number;
    }
  | {
      readonly kind: 'stages';
      readonly stages: readonly ScheduleStage[];
    }
  | {
      readonly kind: 'linear' | 'cosine';
      readonly start: number;
      readonly end: number;
      readonly until?: number;
    };

export interface ScheduleStage {
  readonly until: number;
  readonly threshold: number;
}

export interface ScoredBox {
  readonly box: Box;
  readonly score: number;
  readonly label?: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface SuppressionOptions {
  readonly threshold?: number;
  readonly classAware?: boolean;
}

export const V_TRIUNE_SCHEDULE: {
  readonly kind: 'stages';
  readonly stages: readonly [
    {
      readonly until: 0.1;
      readonly threshold: 0.85;
    },
    {
      readonly until: 0.25;
      readonly threshold: 0.95;
    },
    {
      readonly until: 1;
      readonly threshold: 0.99;
    },
  ];
};

export function averagePrecisionOfSamples(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  samples: Iterable<ArrayLike<number>>,
): number[];

export function boxArea(box: Box): number;

export function boxFromCxcywh(cxcywh: readonly [cx: number, cy: number, width: number, height: number]): Box;

export function boxFromXywh(xywh: readonly [x: number, y: number, width: number, height: number]): Box;

export function boxToCxcywh(box: Box): [cx: number, cy: number, width: number, height: number];

export function boxToXywh(box: Box): [x: number, y: number, width: number, height: number];

export function ciou(a: Box, b: Box): number;

export function clipBox(box: Box, size: Size): Box;

export function convertSpace(box: Box, options: ConvertSpaceOptions): Box;

export function crowdIou(prediction: Box, crowd: Box): number;

export function diou(a: Box, b: Box): number;

export function evaluateCoco(groundTruth: CocoGroundTruth, detections: readonly CocoDetection[], options?: CocoOptions): CocoEvaluation;

export function evaluateNmsAp(groundTruth: CocoGroundTruth, detections: readonly CocoDetection[], options?: NmsApOptions): CocoEvaluation;

export function flattenBoxes(boxes: BoxList): Float64Array;

export function giou(a: Box, b: Box): number;

export function imageAveragePrecision(predictions: readonly LabeledBox[], groundTruths: readonly LabeledBox[]): ImageAveragePrecision;

export function intersectionArea(a: Box, b: Box): number;

export function iou(a: Box, b: Box): number;

export function iouReward(iou: number, threshold: number): number;

export function isValidBox(value: unknown): value is Box;

export function matchGreedy(input: MatchInput, options?: GreedyMatchOptions): Matching;

export function matchGreedyByThreshold(input: MatchInput, options: GreedySweepOptions): readonly (readonly Match[])[];

export function matchOptimal(input: MatchInput, options?: OptimalMatchOptions): Matching;

export function nmsApDetections(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options?: Pick<NmsApOptions, 'suppressionThreshold'>,
): CocoDetection[];

export function nonMaximumSuppression(detections: readonly ScoredBox[], options?: SuppressionOptions): number[];

export function pairwiseIou(a: BoxList, b: BoxList, options?: PairwiseIouOptions): Float64Array;

export function pointInBox(point: readonly [x: number, y: number], box: Box): boolean;

export function precisionRecallCurve(
  evaluation: CocoEvaluation,
  selection: CocoSelection & {
    readonly category: CategoryScores['id'];
  },
): PrecisionRecallCurve;

export function scaleBox(
  box: Box,
  factor: {
    readonly x: number;
    readonly y: number;
  },
): Box;

export function thresholdAt(schedule: IouSchedule, progress: number, recorded?: readonly PassStatistics[]): number;
