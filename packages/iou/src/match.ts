// One-to-one matching of predicted boxes with ground truths: two greedy orders, at one threshold or at many, and the optimal assignment.
// At one threshold the leftovers are returned too, so that missed objects and duplicates can be punished.
// A pair needs an overlap at or above the threshold, and an overlap above 0.

import { munkres } from 'munkres';

import type { Box } from './box.ts';
import { iou } from './iou.ts';
import { pairwiseIou } from './pairwise-iou.ts';

/** A box with its class name; without a label all boxes count as one class. */
export interface LabeledBox {
  readonly box: Box;
  readonly label?: string;
}

/** What is matched: boxes, or an IoU matrix with one row per prediction and one column per ground truth. */
export type MatchInput =
  | { readonly predictions: readonly LabeledBox[]; readonly groundTruths: readonly LabeledBox[] }
  | { readonly iou: readonly ArrayLike<number>[] };

/** The option that both ways of matching share. */
export interface MatchOptions {
  /** The smallest IoU of a pair, inclusive, in [0, 1]. Default 0: any overlap. */
  readonly threshold?: number;
}

/**
 * `iou-first` takes the pair with the largest IoU of all that remain, whatever the labels; see `Match.sameLabel`.
 * `label-first` goes through the ground truths in order and takes the best remaining prediction of the same label.
 */
export type GreedyOrder = 'iou-first' | 'label-first';

/** Options of `matchGreedy`. */
export interface GreedyMatchOptions extends MatchOptions {
  /** Default `iou-first`. */
  readonly order?: GreedyOrder;
}

/** Options of `matchGreedyByThreshold`. */
export interface GreedySweepOptions {
  /** The smallest IoUs of a pair, each inclusive and in [0, 1]; ascending ones share most work. */
  readonly thresholds: readonly number[];
  /** Default `iou-first`. */
  readonly order?: GreedyOrder;
}

/** Options of `matchOptimal`. */
export interface OptimalMatchOptions extends MatchOptions {
  /** Whether only boxes with the same label may be matched. Default true. */
  readonly sameLabel?: boolean;
}

/** One matched pair, by the positions of the two boxes. */
export interface Match {
  readonly prediction: number;
  readonly groundTruth: number;
  readonly iou: number;
  /** Whether the two labels are equal (case matters); true where the input has no labels. */
  readonly sameLabel: boolean;
}

/** Matched pairs and what is left over, by position. */
export interface Matching {
  readonly matches: readonly Match[];
  readonly unmatchedPredictions: readonly number[];
  readonly unmatchedGroundTruths: readonly number[];
}

/**
 * Matches greedily, as the detection reward of the paper does (section 3.2). Ties go to the lower position, first of the prediction, then of
 * the ground truth. Throws a RangeError on a threshold outside [0, 1] or a ragged matrix.
 */
export function matchGreedy(input: MatchInput, options: GreedyMatchOptions = {}): Matching {
  const { order, threshold = 0 } = options;
  requireThreshold(threshold);
  const problem = prepare(input);
  return withLeftovers(problem, order === 'label-first' ? labelFirst(problem, threshold) : iouFirst(problem, threshold));
}

/**
 * The pairs of `matchGreedy` at each threshold, in the order of the thresholds, for rewards that average over thresholds: overlaps are
 * computed once, and neighboring thresholds that take the same pairs have the same list. Throws a RangeError as `matchGreedy` does.
 */
export function matchGreedyByThreshold(input: MatchInput, options: GreedySweepOptions): readonly (readonly Match[])[] {
  const { order, thresholds } = options;
  thresholds.forEach(requireThreshold);
  const problem = prepare(input);
  return order === 'label-first' ? sweepLabelFirst(problem, thresholds) : sweepIouFirst(problem, thresholds);
}

/**
 * Matches so that the number of pairs is not reduced by a greedy choice: the assignment with the largest sum of IoU over
 * all eligible pairs (Hungarian algorithm). Throws a RangeError on a threshold outside [0, 1] or a ragged matrix.
 */
export function matchOptimal(input: MatchInput, options: OptimalMatchOptions = {}): Matching {
  const { sameLabel = true, threshold = 0 } = options;
  requireThreshold(threshold);
  const problem = prepare(input);
  if (problem.rows === 0 || problem.columns === 0) return withLeftovers(problem, []);
  const gain = (row: number, column: number): number => {
    const overlap = overlapOf(problem, row, column);
    return overlap >= threshold && (!sameLabel || problem.sameLabel(row, column)) ? overlap : 0;
  };
  const costs = Array.from({ length: problem.rows }, (_, row) =>
    Array.from({ length: problem.columns }, (_, column) => -gain(row, column)),
  );
  const pairs = munkres(costs).filter(([row, column]) => gain(row, column) > 0);
  return withLeftovers(
    problem,
    pairs.map(([row, column]) => toMatch(problem, row, column)),
  );
}

interface MatchProblem {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`, one row after the other. */
  readonly overlaps: ArrayLike<number>;
  readonly sameLabel: (row: number, column: number) => boolean;
}

function requireThreshold(threshold: number): void {
  if (threshold >= 0 && threshold <= 1) return;
  throw new RangeError(`The matching threshold is ${threshold}. It must be in [0, 1]. Pass an IoU.`);
}

function prepare(input: MatchInput): MatchProblem {
  if ('iou' in input) return { ...fromMatrix(input.iou), sameLabel: () => true };
  const { predictions, groundTruths } = input;
  return {
    rows: predictions.length,
    columns: groundTruths.length,
    overlaps: overlapsOf(predictions, groundTruths),
    sameLabel: (row, column) => predictions[row]?.label === groundTruths[column]?.label,
  };
}

/** The number of pairs from which the typed arrays of `pairwiseIou` cost less to make than they save. */
const TYPED_FROM = 256;

function overlapsOf(predictions: readonly LabeledBox[], groundTruths: readonly LabeledBox[]): ArrayLike<number> {
  // A box that is not finite goes there too, because that is where it is refused.
  if (predictions.length * groundTruths.length >= TYPED_FROM || !predictions.every(hasFiniteBox) || !groundTruths.every(hasFiniteBox)) {
    return pairwiseIou(
      predictions.map(({ box }) => box),
      groundTruths.map(({ box }) => box),
    );
  }
  const overlaps: number[] = [];
  for (const prediction of predictions) {
    for (const groundTruth of groundTruths) overlaps.push(iou(prediction.box, groundTruth.box));
  }
  return overlaps;
}

function hasFiniteBox({ box }: LabeledBox): boolean {
  return Number.isFinite(box[0]) && Number.isFinite(box[1]) && Number.isFinite(box[2]) && Number.isFinite(box[3]);
}

function fromMatrix(matrix: readonly ArrayLike<number>[]): Pick<MatchProblem, 'rows' | 'columns' | 'overlaps'> {
  const columns = matrix[0]?.length ?? 0;
  // Plain arrays here and below: a reward has a handful of boxes and many thresholds, and a typed array costs more to make than to use.
  const overlaps: number[] = [];
  for (let row = 0; row < matrix.length; row++) {
    const values = matrix[row]!;
    if (values.length !== columns) {
      throw new RangeError(
        `Row ${row} of the IoU matrix has ${values.length} numbers, row 0 has ${columns}. All rows must be equally long. Pass one number per ground truth.`,
      );
    }
    for (let column = 0; column < columns; column++) overlaps.push(values[column]!);
  }
  return { rows: matrix.length, columns, overlaps };
}

function overlapOf({ overlaps, columns }: MatchProblem, row: number, column: number): number {
  return overlaps[row * columns + column]!;
}

function toMatch(problem: MatchProblem, prediction: number, groundTruth: number): Match {
  const iou = overlapOf(problem, prediction, groundTruth);
  return { prediction, groundTruth, iou, sameLabel: problem.sameLabel(prediction, groundTruth) };
}

/** Sorting all eligible pairs once equals taking the largest remaining one again and again. */
function iouFirst(problem: MatchProblem, threshold: number): Match[] {
  const pairs: Match[] = [];
  for (let row = 0; row < problem.rows; row++) {
    for (let column = 0; column < problem.columns; column++) {
      const overlap = overlapOf(problem, row, column);
      if (overlap > 0 && overlap >= threshold) pairs.push(toMatch(problem, row, column));
    }
  }
  pairs.sort((a, b) => b.iou - a.iou);
  const predictions = flags(problem.rows);
  const groundTruths = flags(problem.columns);
  return pairs.filter(({ prediction, groundTruth }) => {
    if (predictions[prediction] === true || groundTruths[groundTruth] === true) return false;
    predictions[prediction] = true;
    groundTruths[groundTruth] = true;
    return true;
  });
}

/** The pairs come by falling overlap, so that those of a higher threshold are the first of those of a lower one. */
function sweepIouFirst(problem: MatchProblem, thresholds: readonly number[]): (readonly Match[])[] {
  const lowest = thresholds.reduce((least, threshold) => Math.min(least, threshold), 1);
  const all = iouFirst(problem, lowest);
  let known: readonly Match[] = all;
  return thresholds.map((threshold) => {
    let count = 0;
    while (count < all.length && all[count]!.iou >= threshold) count++;
    if (count !== known.length) known = all.slice(0, count);
    return known;
  });
}

function labelFirst(problem: MatchProblem, threshold: number): Match[] {
  const { rows, columns, overlaps } = problem;
  const matches: Match[] = [];
  const taken = flags(rows);
  for (let column = 0; column < columns; column++) {
    let best = -1;
    // Above 0, and the first of equals: the comparison with the best so far is strict.
    let most = 0;
    for (let row = 0; row < rows; row++) {
      const overlap = overlaps[row * columns + column]!;
      if (!(overlap > most && overlap >= threshold) || taken[row] === true || !problem.sameLabel(row, column)) continue;
      best = row;
      most = overlap;
    }
    if (best < 0) continue;
    taken[best] = true;
    matches.push(toMatch(problem, best, column));
  }
  return matches;
}

/**
 * The matching depends on the threshold: a box refused by one ground truth is free for the next. But where all pairs of a lower threshold
 * reach a higher one, both have the same pairs: no choice was another, and what found nobody below finds nobody above.
 */
function sweepLabelFirst(problem: MatchProblem, thresholds: readonly number[]): (readonly Match[])[] {
  let known: readonly Match[] = [];
  let lowest = Infinity;
  let highest = -Infinity;
  return thresholds.map((threshold) => {
    if (threshold >= lowest && threshold <= highest) return known;
    known = labelFirst(problem, threshold);
    lowest = threshold;
    highest = known.reduce((smallest, match) => Math.min(smallest, match.iou), Infinity);
    return known;
  });
}

function withLeftovers({ rows, columns }: MatchProblem, matches: readonly Match[]): Matching {
  const predictions = flags(rows);
  const groundTruths = flags(columns);
  for (const { prediction, groundTruth } of matches) {
    predictions[prediction] = true;
    groundTruths[groundTruth] = true;
  }
  return { matches, unmatchedPredictions: placesNotSet(predictions), unmatchedGroundTruths: placesNotSet(groundTruths) };
}

function flags(length: number): boolean[] {
  return new Array<boolean>(length).fill(false);
}

function placesNotSet(set: readonly boolean[]): number[] {
  const places: number[] = [];
  for (let place = 0; place < set.length; place++) if (set[place] === false) places.push(place);
  return places;
}
