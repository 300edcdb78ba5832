// Non-maximum suppression, and OVDEval's average precision that builds on the same idea.

import { boxFromXywh, type Box } from './box.ts';
import type { CocoBox, CocoDetection, CocoEvaluation, CocoGroundTruth, CocoId, CocoOptions } from './coco-types.ts';
import { evaluateCoco } from './evaluate-coco.ts';
import { iou } from './iou.ts';
import { sortDescending } from './stable-sort.ts';

/** A predicted box with its score and, for class-aware suppression, its class name. */
export interface ScoredBox {
  readonly box: Box;
  readonly score: number;
  readonly label?: string;
}

/** Options of `nonMaximumSuppression`. */
export interface SuppressionOptions {
  /** A box goes where its IoU with a better one is above this, in [0, 1]. Default 0.5. */
  readonly threshold?: number;
  /** Whether only boxes with the same label suppress each other (default) or all do. */
  readonly classAware?: boolean;
}

/**
 * The positions of the boxes that remain, from the best to the worst score; ties go to the lower position.
 * Throws a RangeError on a threshold outside [0, 1] or a score that is not finite.
 */
export function nonMaximumSuppression(detections: readonly ScoredBox[], options: SuppressionOptions = {}): number[] {
  const { threshold = 0.5, classAware = true } = options;
  requireThreshold(threshold);
  const kept: { readonly position: number; readonly detection: ScoredBox }[] = [];
  for (const position of sortDescending(scoresOf(detections))) {
    const detection = detections[position];
    if (detection === undefined) continue;
    const isRival = (other: ScoredBox): boolean => !classAware || other.label === detection.label;
    if (kept.some(({ detection: other }) => isRival(other) && iou(other.box, detection.box) > threshold)) continue;
    kept.push({ position, detection });
  }
  return kept.map(({ position }) => position);
}

/** Options of `evaluateNmsAp`: those of `evaluateCoco`, and the threshold of the suppression. */
export interface NmsApOptions extends CocoOptions {
  /** Detections of all classes compete for a ground truth where their IoU with it is above this, in [0, 1]. Default 0.5. */
  readonly suppressionThreshold?: number;
}

/**
 * OVDEval's NMS-AP (Yao et al., arXiv 2308.13177): AP after each ground truth has kept only the best scored detection of any
 * class around it, so that giving one object several labels does not pay. A detection that is the best around one
 * ground truth stays even where it loses around another; the later one wins a tie, as in the benchmark's own code.
 * Throws as `evaluateCoco` does, and a RangeError on a threshold outside [0, 1].
 */
export function evaluateNmsAp(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options: NmsApOptions = {},
): CocoEvaluation {
  const { suppressionThreshold, ...evaluation } = options;
  const remaining = nmsApDetections(groundTruth, detections, suppressionThreshold === undefined ? {} : { suppressionThreshold });
  return evaluateCoco(groundTruth, remaining, evaluation);
}

/**
 * The detections that NMS-AP evaluates: of those around one object, whatever their labels, only the best. Throws a RangeError as `evaluateNmsAp` does.
 */
export function nmsApDetections(
  groundTruth: CocoGroundTruth,
  detections: readonly CocoDetection[],
  options: Pick<NmsApOptions, 'suppressionThreshold'> = {},
): CocoDetection[] {
  const { suppressionThreshold = 0.5 } = options;
  requireThreshold(suppressionThreshold);
  scoresOf(detections);
  const around = detectionsByImage(detections);
  const best = new Set<CocoDetection>();
  const beaten = new Set<CocoDetection>();
  for (const { image_id, bbox } of groundTruth.annotations) {
    const truth = toBox(bbox);
    const rivals = (around.get(image_id) ?? [])
      .filter(({ box }) => iou(truth, box) > suppressionThreshold)
      .map(({ detection }) => detection);
    if (rivals.length === 0) continue;
    const winner = rivals.reduce((first, second) => (second.score >= first.score ? second : first));
    best.add(winner);
    for (const rival of rivals) if (rival !== winner) beaten.add(rival);
  }
  return detections.filter((detection) => best.has(detection) || !beaten.has(detection));
}

type PlacedDetection = { readonly box: Box; readonly detection: CocoDetection };

function detectionsByImage(detections: readonly CocoDetection[]): Map<CocoId, PlacedDetection[]> {
  const byImage = new Map<CocoId, PlacedDetection[]>();
  for (const detection of detections) {
    const placed = { box: toBox(detection.bbox), detection };
    const others = byImage.get(detection.image_id);
    if (others === undefined) byImage.set(detection.image_id, [placed]);
    else others.push(placed);
  }
  return byImage;
}

function toBox(bbox: CocoBox): Box {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = bbox;
  return boxFromXywh([x, y, width, height]);
}

function requireThreshold(threshold: number): void {
  if (threshold >= 0 && threshold <= 1) return;
  throw new RangeError(`The suppression threshold is ${threshold}. It must be in [0, 1]. Pass an IoU.`);
}

function scoresOf(detections: readonly { readonly score: number }[]): Float64Array {
  const broken = detections.find(({ score }) => !Number.isFinite(score));
  if (broken !== undefined)
    throw new RangeError(`A detection has the score ${broken.score}. Scores must be finite numbers. Correct or drop it.`);
  return Float64Array.from(detections, ({ score }) => score);
}
