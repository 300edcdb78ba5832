/**
 * What the `detection` verifier says of a response. The metrics are one literal, long as it is: an object that is filled key by key becomes
 * a dictionary for the engine, which is slow to make, to copy and to write as JSON.
 */
import { VerifierError } from '../errors.ts';
import type { VerifierOutcome } from '../verifier.ts';
import { DETECTION_THRESHOLDS, type DetectionScores, type MatchScores, type ScoresByThreshold } from './scores.ts';

/** What is reported beside the scores. */
export interface DetectionFacts {
  /** 1 when the response is well formed, else 0. */
  readonly format: number;
  readonly threshold: number | 'average';
  /** Boxes that the response is charged for. */
  readonly predicted: number;
  readonly truths: number;
  readonly malformed: number;
  /** Whether the boxes would fit in another space; see `fitsAnotherSpace`. */
  readonly otherSpace: boolean;
}

const NO_MATCH: MatchScores = { meanIou: 0, precision: 0, recall: 0, weighted: 0 };
const NO_MATCHES: ScoresByThreshold = { get: () => NO_MATCH };
const NO_SCORES: DetectionScores = {
  final: 0,
  sizePenalty: 0,
  labelFirst: 0,
  iouFirst: 0,
  map: 0,
  map50: 0,
  map75: 0,
  byThreshold: { labelFirst: NO_MATCHES, iouFirst: NO_MATCHES },
};
const NO_FACTS: DetectionFacts = { format: 0, threshold: 0, predicted: 0, truths: 0, malformed: 0, otherSpace: false };
const MEAN_THRESHOLD = DETECTION_THRESHOLDS.reduce((sum, at) => sum + at, 0) / DETECTION_THRESHOLDS.length;

/** The names of the components, in their order. */
export const DETECTION_COMPONENTS: readonly string[] = Object.keys(componentsOf(NO_SCORES));
/** The names of the metrics, in their order. */
export const DETECTION_METRICS: readonly string[] = Object.keys(metricsOf(NO_SCORES, NO_FACTS));

/** The outcome for scores and facts; without scores, where no box could be read, every score is 0. */
export function detectionOutcome(scores: DetectionScores | undefined, facts: DetectionFacts): VerifierOutcome {
  const known = scores ?? NO_SCORES;
  return { accuracy: known.final, format: facts.format, components: componentsOf(known), metrics: metricsOf(known, facts) };
}

function componentsOf({ labelFirst, iouFirst, map, map50, map75, sizePenalty }: DetectionScores) {
  return { iou_label_first: labelFirst, iou_iou_first: iouFirst, map, map50, map75, size_penalty: sizePenalty };
}

function metricsOf({ byThreshold, map, map50, map75 }: DetectionScores, facts: DetectionFacts) {
  const { labelFirst, iouFirst } = byThreshold;
  const label50 = scoresAt(labelFirst, 0.5);
  const iou50 = scoresAt(iouFirst, 0.5);
  const label75 = scoresAt(labelFirst, 0.75);
  const iou75 = scoresAt(iouFirst, 0.75);
  const label95 = scoresAt(labelFirst, 0.95);
  const iou95 = scoresAt(iouFirst, 0.95);
  const label99 = scoresAt(labelFirst, 0.99);
  const iou99 = scoresAt(iouFirst, 0.99);
  return {
    iou_50_precision: label50.precision,
    iou_first_50_precision: iou50.precision,
    iou_50_recall: label50.recall,
    iou_first_50_recall: iou50.recall,
    iou_50_mean: label50.meanIou,
    iou_first_50_mean: iou50.meanIou,
    iou_75_precision: label75.precision,
    iou_first_75_precision: iou75.precision,
    iou_75_recall: label75.recall,
    iou_first_75_recall: iou75.recall,
    iou_75_mean: label75.meanIou,
    iou_first_75_mean: iou75.meanIou,
    iou_95_precision: label95.precision,
    iou_first_95_precision: iou95.precision,
    iou_95_recall: label95.recall,
    iou_first_95_recall: iou95.recall,
    iou_95_mean: label95.meanIou,
    iou_first_95_mean: iou95.meanIou,
    iou_99_precision: label99.precision,
    iou_first_99_precision: iou99.precision,
    iou_99_recall: label99.recall,
    iou_first_99_recall: iou99.recall,
    iou_99_mean: label99.meanIou,
    iou_first_99_mean: iou99.meanIou,
    map,
    map50,
    map75,
    iou_threshold: facts.threshold === 'average' ? MEAN_THRESHOLD : facts.threshold,
    predicted_boxes: facts.predicted,
    true_boxes: facts.truths,
    malformed_boxes: facts.malformed,
    other_space_fits: facts.otherSpace ? 1 : 0,
    negative_image: facts.truths === 0 ? 1 : 0,
    negative_right: 0,
  };
}

function scoresAt(scores: ScoresByThreshold, threshold: number): MatchScores {
  const found = scores.get(threshold);
  if (found === undefined) throw new VerifierError('verifier_error', `No matching was made at the threshold ${threshold}.`);
  return found;
}
