/**
 * V-Triune's detection reward (arXiv 2505.18129, section 3.2): two matchings at eleven IoU thresholds, completeness, the size
 * penalty 0.6^|n - m| and COCO's AP on one image, mixed by the sample's ratios. Boxes and labels are ready for comparison here;
 * reading, spaces and thresholds are settled by the caller.
 */
import { imageAveragePrecision, matchGreedyByThreshold, type GreedyOrder, type LabeledBox, type Match } from '@vtriune/iou';
import { VerifierError } from '../errors.ts';
import { referenceIouFirst } from './reference.ts';
import { withoutRivals } from './rivals.ts';

/** The shares of the reward's terms; `completeness` is mixed into both IoU terms. */
export interface DetectionRatios {
  readonly iou_max_label_first: number;
  readonly iou_max_iou_first: number;
  readonly iou_completeness: number;
  readonly map: number;
  readonly map50: number;
  readonly map75: number;
}

/** What one matching at one threshold says; all in [0, 1]. */
export interface MatchScores {
  readonly meanIou: number;
  readonly precision: number;
  readonly recall: number;
  /** Mean IoU and completeness, mixed. */
  readonly weighted: number;
}

/** The reward and everything it is made of; terms are before the size penalty. */
export interface DetectionScores {
  readonly final: number;
  readonly sizePenalty: number;
  readonly labelFirst: number;
  readonly iouFirst: number;
  readonly map: number;
  readonly map50: number;
  readonly map75: number;
  readonly byThreshold: { readonly labelFirst: ScoresByThreshold; readonly iouFirst: ScoresByThreshold };
}

/** The scores of one matching at each of `DETECTION_THRESHOLDS`, and at the threshold in force. */
export interface ScoresByThreshold {
  readonly get: (threshold: number) => MatchScores | undefined;
}

/** What is scored. */
export interface DetectionJob {
  /** Not empty. */
  readonly predictions: readonly LabeledBox[];
  /** Not empty. */
  readonly truths: readonly LabeledBox[];
  /** Predictions that the response is charged for: duplicates and malformed entries too. */
  readonly predictionCount: number;
  readonly ratios: DetectionRatios;
  readonly threshold: number | 'average';
  /** Follow the reference where it is wrong. */
  readonly reference: boolean;
  /** Average precision over what `withoutRivals` leaves; false when absent. */
  readonly suppress?: boolean;
}

/** The thresholds that `average` averages and reports are taken from. */
export const DETECTION_THRESHOLDS: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];

const SIZE_PENALTY = 0.6;

/** Scores predictions against ground truths. */
export function scoreDetection(job: DetectionJob): DetectionScores {
  const { predictions, truths, ratios, threshold } = job;
  const sizePenalty = SIZE_PENALTY ** Math.abs(job.predictionCount - truths.length);
  const thresholds = thresholdsWith(threshold);
  const scoreMatches = (matches: readonly Match[]): MatchScores => matchScores(creditOf(matches), job);
  const sweep = (order: GreedyOrder): ScoresByThreshold =>
    scoresByThreshold(thresholds, matchGreedyByThreshold({ predictions, groundTruths: truths }, { order, thresholds }), scoreMatches);
  const byThreshold = { labelFirst: sweep('label-first'), iouFirst: job.reference ? referenceScores(thresholds, job) : sweep('iou-first') };
  const labelFirst = select(byThreshold.labelFirst, threshold);
  const iouFirst = select(byThreshold.iouFirst, threshold);
  const { map, map50, map75 } = imageAveragePrecision(job.suppress === true ? withoutRivals(predictions, truths) : predictions, truths);
  const total = ratios.iou_max_iou_first + ratios.iou_max_label_first + ratios.map + ratios.map50 + ratios.map75;
  const weighted =
    iouFirst * sizePenalty * ratios.iou_max_iou_first +
    labelFirst * sizePenalty * ratios.iou_max_label_first +
    map * sizePenalty * ratios.map +
    map50 * sizePenalty * ratios.map50 +
    map75 * sizePenalty * ratios.map75;
  const final = total > 0 ? Math.min(1, weighted / total) : 0;
  return { final, sizePenalty, labelFirst, iouFirst, map, map50, map75, byThreshold };
}

function thresholdsWith(threshold: number | 'average'): readonly number[] {
  if (threshold === 'average' || DETECTION_THRESHOLDS.includes(threshold)) return DETECTION_THRESHOLDS;
  return [...DETECTION_THRESHOLDS, threshold];
}

/** What a matching is paid for. */
interface Credit {
  readonly pairs: number;
  /** Of the IoUs of the pairs. */
  readonly sum: number;
}

// A pair of different labels uses both boxes up, but is no match.
function creditOf(matches: readonly Match[]): Credit {
  let pairs = 0;
  let sum = 0;
  for (const match of matches) {
    if (!match.sameLabel) continue;
    pairs++;
    sum += match.iou;
  }
  return { pairs, sum };
}

function referenceScores(thresholds: readonly number[], job: DetectionJob): ScoresByThreshold {
  const credited = thresholds.map(referenceIouFirst(job.predictions, job.truths));
  return scoresByThreshold(thresholds, credited, (ious) =>
    matchScores({ pairs: ious.length, sum: ious.reduce((sum, value) => sum + value, 0) }, job),
  );
}

// Neighboring thresholds often have the same pairs, which are then the same list and scored once.
function scoresByThreshold<Pairs>(
  thresholds: readonly number[],
  matchings: readonly Pairs[],
  score: (pairs: Pairs) => MatchScores,
): ScoresByThreshold {
  let known: { readonly pairs: Pairs; readonly scores: MatchScores } | undefined;
  const scores = matchings.map((pairs) => {
    if (known?.pairs !== pairs) known = { pairs, scores: score(pairs) };
    return known.scores;
  });
  return { get: (threshold) => scores[thresholds.indexOf(threshold)] };
}

function matchScores({ pairs, sum }: Credit, job: DetectionJob): MatchScores {
  const truths = job.truths.length;
  const meanIou = sum / truths;
  const missed = (truths - pairs) / truths;
  const falseAlarms = (job.predictionCount - pairs) / job.predictionCount;
  const completeness = 1 - (missed + falseAlarms) / 2;
  const share = job.ratios.iou_completeness;
  return { meanIou, precision: 1 - falseAlarms, recall: 1 - missed, weighted: meanIou * (1 - share) + completeness * share };
}

function weightedAt(byThreshold: ScoresByThreshold, threshold: number): number {
  const scores = byThreshold.get(threshold);
  if (scores === undefined) throw new VerifierError('verifier_error', `No matching was made at the threshold ${threshold}.`);
  return scores.weighted;
}

function select(byThreshold: ScoresByThreshold, threshold: number | 'average'): number {
  if (threshold !== 'average') return weightedAt(byThreshold, threshold);
  return DETECTION_THRESHOLDS.reduce((sum, at) => sum + weightedAt(byThreshold, at), 0) / DETECTION_THRESHOLDS.length;
}
