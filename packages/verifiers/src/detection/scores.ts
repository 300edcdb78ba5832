/**
 * V-Triune's detection reward (arXiv 2505.18129, section 3.2): two matchings at eleven IoU thresholds, completeness, the size
 * penalty 0.6^|n - m| and COCO's AP on one image, mixed by the sample's ratios. Boxes and labels are ready for comparison here;
 * reading, spaces and thresholds are settled by the caller.
 */
import { imageAveragePrecision, iou, matchGreedy, type LabelledBox } from '@vtriune/iou';
import { referenceIouFirst } from './reference.ts';

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
  /** By threshold: `0.5`, `0.75`, `0.95`, `0.99` and the others of `DETECTION_THRESHOLDS`. */
  readonly byThreshold: { readonly labelFirst: ReadonlyMap<number, MatchScores>; readonly iouFirst: ReadonlyMap<number, MatchScores> };
}

/** What is scored. */
export interface DetectionJob {
  /** Not empty. */
  readonly predictions: readonly LabelledBox[];
  /** Not empty. */
  readonly truths: readonly LabelledBox[];
  /** Predictions that the response is charged for: duplicates and malformed entries too. */
  readonly predictionCount: number;
  readonly ratios: DetectionRatios;
  readonly threshold: number | 'average';
  /** Follow the reference where it is wrong. */
  readonly reference: boolean;
}

/** The thresholds that `average` averages and reports are taken from. */
export const DETECTION_THRESHOLDS: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];

const SIZE_PENALTY = 0.6;

/** Scores predictions against ground truths. */
export function scoreDetection(job: DetectionJob): DetectionScores {
  const { predictions, truths, ratios, threshold } = job;
  const sizePenalty = SIZE_PENALTY ** Math.abs(job.predictionCount - truths.length);
  const iouFirstMatches = job.reference ? referenceIouFirst(predictions, truths) : soundIouFirst(job);
  const labelFirst = scoresByThreshold(labelFirstMatches(job), job);
  const iouFirst = scoresByThreshold(iouFirstMatches, job);
  const terms = {
    labelFirst: select(labelFirst, threshold),
    iouFirst: select(iouFirst, threshold),
    ...imageAveragePrecision(predictions, truths),
  };
  const weighted: readonly (readonly [number, number])[] = [
    [terms.iouFirst * sizePenalty, ratios.iou_max_iou_first],
    [terms.labelFirst * sizePenalty, ratios.iou_max_label_first],
    [terms.map * sizePenalty, ratios.map],
    [terms.map50 * sizePenalty, ratios.map50],
    [terms.map75 * sizePenalty, ratios.map75],
  ];
  const total = weighted.reduce((sum, [, ratio]) => sum + ratio, 0);
  const final = total > 0 ? weighted.reduce((sum, [value, ratio]) => sum + value * ratio, 0) / total : 0;
  return { final: Math.min(1, final), sizePenalty, ...terms, byThreshold: { labelFirst, iouFirst } };
}

// The matching depends on the threshold (a box refused by one ground truth is free for the next), the overlaps do not. Where all pairs of a
// lower threshold reach a higher one, both have the same pairs: no choice was another, and what found nobody below finds nobody above.
function labelFirstMatches({ predictions, truths }: DetectionJob): (threshold: number) => readonly number[] {
  const overlaps = predictions.map(({ box, label }) => truths.map((truth) => (truth.label === label ? iou(box, truth.box) : 0)));
  let known: { readonly threshold: number; readonly smallest: number; readonly ious: readonly number[] } | undefined;
  return (threshold) => {
    if (known !== undefined && known.threshold <= threshold && threshold <= known.smallest) return known.ious;
    const ious = matchGreedy({ iou: overlaps }, { order: 'label-first', threshold }).matches.map((match) => match.iou);
    known = { threshold, smallest: Math.min(...ious), ious };
    return ious;
  };
}

// A pair of different labels uses both boxes up, but is no match.
function soundIouFirst(job: DetectionJob): (threshold: number) => readonly number[] {
  const { matches } = matchGreedy({ predictions: job.predictions, groundTruths: job.truths }, { order: 'iou-first' });
  return (threshold) => matches.filter((match) => match.sameLabel && match.iou >= threshold).map((match) => match.iou);
}

function scoresByThreshold(matchesAt: (threshold: number) => readonly number[], job: DetectionJob): Map<number, MatchScores> {
  const { threshold } = job;
  const own = typeof threshold === 'number' && !DETECTION_THRESHOLDS.includes(threshold) ? [threshold] : [];
  return new Map([...DETECTION_THRESHOLDS, ...own].map((at) => [at, matchScores(matchesAt(at), job)]));
}

function matchScores(ious: readonly number[], job: DetectionJob): MatchScores {
  const truths = job.truths.length;
  const meanIou = ious.length === 0 ? 0 : ious.reduce((sum, value) => sum + value, 0) / truths;
  const missed = (truths - ious.length) / truths;
  const falseAlarms = (job.predictionCount - ious.length) / job.predictionCount;
  const completeness = 1 - (missed + falseAlarms) / 2;
  const share = job.ratios.iou_completeness;
  return { meanIou, precision: 1 - falseAlarms, recall: 1 - missed, weighted: meanIou * (1 - share) + completeness * share };
}

function select(byThreshold: ReadonlyMap<number, MatchScores>, threshold: number | 'average'): number {
  if (threshold !== 'average') return byThreshold.get(threshold)?.weighted ?? 0;
  return DETECTION_THRESHOLDS.reduce((sum, at) => sum + (byThreshold.get(at)?.weighted ?? 0), 0) / DETECTION_THRESHOLDS.length;
}
