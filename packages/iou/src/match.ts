// One-to-one matching of predicted boxes with ground truths: two greedy orders and the optimal assignment.
// All return the leftovers too, so that missed objects and duplicates can be punished.
// A pair needs an overlap at or above the threshold, and an overlap above 0.

import { munkres } from 'munkres';

import type { Box } from './box.ts';
import { pairwiseIou } from './pairwise-iou.ts';

/** A box with its class name; without a label all boxes count as one class. */
export interface LabelledBox {
  readonly box: Box;
  readonly label?: string;
}

/** What is matched: boxes, or an IoU matrix with one row per prediction and one column per ground truth. */
export type MatchInput =
  | { readonly predictions: readonly LabelledBox[]; readonly groundTruths: readonly LabelledBox[] }
  | { readonly iou: readonly ArrayLike<number>[] };

/** The option that both ways of matching share. */
export interface MatchOptions {
  /** The smallest IoU of a pair, inclusive, in [0, 1]. Default 0: any overlap. */
  readonly threshold?: number;
}

/** Options of `matchGreedy`. */
export interface GreedyMatchOptions extends MatchOptions {
  /**
   * `iou-first` (default) takes the pair with the largest IoU of all that remain, whatever the labels; see `Match.sameLabel`.
   * `label-first` goes through the ground truths in order and takes the best remaining prediction of the same label.
   */
  readonly order?: 'iou-first' | 'label-first';
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
  const problem = prepare(input, options.threshold);
  return withLeftovers(problem, options.order === 'label-first' ? labelFirst(problem) : iouFirst(problem));
}

/**
 * Matches so that the number of pairs is not reduced by a greedy choice: the assignment with the largest sum of IoU over
 * all eligible pairs (Hungarian algorithm). Throws a RangeError on a threshold outside [0, 1] or a ragged matrix.
 */
export function matchOptimal(input: MatchInput, options: OptimalMatchOptions = {}): Matching {
  const problem = prepare(input, options.threshold);
  if (problem.rows === 0 || problem.columns === 0) return withLeftovers(problem, []);
  const { sameLabel = true } = options;
  const gain = (row: number, column: number): number =>
    isEligible(problem, row, column) && (!sameLabel || problem.sameLabel(row, column)) ? overlapOf(problem, row, column) : 0;
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
  readonly threshold: number;
  /** `[rows, columns]`, one row after the other. */
  readonly overlaps: ArrayLike<number>;
  readonly sameLabel: (row: number, column: number) => boolean;
}

function prepare(input: MatchInput, threshold = 0): MatchProblem {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`The matching threshold is ${threshold}. It must be in [0, 1]. Pass an IoU.`);
  }
  if ('iou' in input) return { ...fromMatrix(input.iou), threshold, sameLabel: () => true };
  const { predictions, groundTruths } = input;
  const overlaps = pairwiseIou(
    predictions.map(({ box }) => box),
    groundTruths.map(({ box }) => box),
  );
  return {
    rows: predictions.length,
    columns: groundTruths.length,
    threshold,
    overlaps,
    sameLabel: (row, column) => predictions[row]?.label === groundTruths[column]?.label,
  };
}

function fromMatrix(matrix: readonly ArrayLike<number>[]): Pick<MatchProblem, 'rows' | 'columns' | 'overlaps'> {
  const columns = matrix[0]?.length ?? 0;
  // Plain arrays here and below: a reward has a handful of boxes and many thresholds, and a typed array costs more to make than to use.
  const overlaps: number[] = [];
  for (let row = 0; row < matrix.length; row++) {
    const values = matrix[row] ?? [];
    if (values.length !== columns) {
      throw new RangeError(
        `Row ${row} of the IoU matrix has ${values.length} numbers, row 0 has ${columns}. All rows must be equally long. Pass one number per ground truth.`,
      );
    }
    for (let column = 0; column < columns; column++) overlaps.push(values[column] ?? 0);
  }
  return { rows: matrix.length, columns, overlaps };
}

function overlapOf({ overlaps, columns }: MatchProblem, row: number, column: number): number {
  return overlaps[row * columns + column] ?? 0;
}

function isEligible(problem: MatchProblem, row: number, column: number): boolean {
  const overlap = overlapOf(problem, row, column);
  return overlap > 0 && overlap >= problem.threshold;
}

function toMatch(problem: MatchProblem, prediction: number, groundTruth: number): Match {
  const iou = overlapOf(problem, prediction, groundTruth);
  return { prediction, groundTruth, iou, sameLabel: problem.sameLabel(prediction, groundTruth) };
}

/** Sorting all eligible pairs once equals taking the largest remaining one again and again. */
function iouFirst(problem: MatchProblem): Match[] {
  const pairs: Match[] = [];
  for (let row = 0; row < problem.rows; row++) {
    for (let column = 0; column < problem.columns; column++)
      if (isEligible(problem, row, column)) pairs.push(toMatch(problem, row, column));
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

function labelFirst(problem: MatchProblem): Match[] {
  const { rows, columns, overlaps, threshold } = problem;
  const matches: Match[] = [];
  const taken = flags(rows);
  for (let column = 0; column < columns; column++) {
    let best = -1;
    // Above 0, and the first of equals: the comparison with the best so far is strict.
    let most = 0;
    for (let row = 0; row < rows; row++) {
      const overlap = overlaps[row * columns + column] ?? 0;
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
