// From matches to precision at fixed recalls: the third step of `evaluateCoco`. Per category, area range, number of
// detections and IoU threshold it goes through the detections from the best to the worst score, and interpolates
// precision at 101 recalls, as pycocotools does. Only detections that found something can be maxima, so only those are kept.

import type { CocoIndex } from './coco-index.ts';
import { MATCHED, UNMATCHED, type CocoMatches } from './coco-match.ts';
import type { CocoAxes } from './coco-types.ts';

/** The curves of all categories; axes as in `CocoEvaluation`. */
export interface CocoCurves {
  readonly precision: Float64Array;
  readonly scores: Float64Array;
  readonly recall: Float64Array;
  /** The mean of each curve of `precision` `[K, A, M, T]`. */
  readonly averagePrecision: Float64Array;
}

/** What the accumulation reads. */
export interface AccumulateInput {
  readonly index: CocoIndex;
  readonly matches: CocoMatches;
  readonly axes: CocoAxes;
}

/** Computes the curves of all categories. */
export function accumulateCoco(input: AccumulateInput): CocoCurves {
  const { index, axes } = input;
  const cells = axes.categories.length * axes.areaRanges.length * axes.maxDetections.length * axes.iouThresholds.length;
  const curves = {
    precision: new Float64Array(cells * axes.recallThresholds.length),
    scores: new Float64Array(cells * axes.recallThresholds.length),
    recall: new Float64Array(cells),
    averagePrecision: new Float64Array(cells),
  };
  const walk = createWalk(index.detections.count);
  const counted = countGroundTruths(input);
  let start = 0;
  for (let category = 0; category < axes.categories.length; category++) {
    let end = start;
    while (end < index.byScore.length && index.detections.categories[index.byScore[end]!] === category) end++;
    for (let limit = 0; limit < axes.maxDetections.length; limit++) {
      chooseRows(walk, input, { start, end, maxDetections: axes.maxDetections[limit]! });
      for (let range = 0; range < axes.areaRanges.length; range++) {
        const total = counted[range * axes.categories.length + category]!;
        accumulateCells(curves, {
          walk,
          input,
          total,
          range,
          cell: (category * axes.areaRanges.length + range) * axes.maxDetections.length + limit,
        });
      }
    }
    start = end;
  }
  return curves;
}

/** One category, area range and number of detections; `cell` is its position in `[K, A, M]`. */
interface CellInput {
  readonly walk: Walk;
  readonly input: AccumulateInput;
  readonly total: number;
  readonly range: number;
  readonly cell: number;
}

function accumulateCells(curves: CocoCurves, at: CellInput): void {
  const { walk, input, total, range } = at;
  const { iouThresholds, recallThresholds } = input.axes;
  const first = at.cell * iouThresholds.length;
  if (total === 0) {
    const last = first + iouThresholds.length;
    curves.precision.fill(-1, first * recallThresholds.length, last * recallThresholds.length);
    curves.scores.fill(-1, first * recallThresholds.length, last * recallThresholds.length);
    curves.recall.fill(-1, first, last);
    curves.averagePrecision.fill(-1, first, last);
    return;
  }
  markOutside(walk, input, range);
  for (let threshold = 0; threshold < iouThresholds.length; threshold++) {
    walkDetections(walk, input, range * iouThresholds.length + threshold);
    writeCurve(curves, first + threshold, at);
  }
}

/** How many ground truths count `[A, K]`. */
function countGroundTruths(input: AccumulateInput): Int32Array {
  const { index, matches, axes } = input;
  const { count, categories } = index.groundTruths;
  const counted = new Int32Array(axes.areaRanges.length * axes.categories.length);
  for (let range = 0; range < axes.areaRanges.length; range++) {
    for (let row = 0; row < count; row++) {
      if (matches.ignored[range * count + row] === 1) continue;
      const cell = range * axes.categories.length + categories[row]!;
      counted[cell] = counted[cell]! + 1;
    }
  }
  return counted;
}

/** Buffers that all walks share. */
interface Walk {
  /** Rows of the considered detections, from the best to the worst score, and how many there are. */
  readonly considered: Int32Array;
  count: number;
  /** 1 where the area of a considered detection is outside of the range, by position. */
  readonly outside: Uint8Array;
  /** Precision at each right detection, then the largest precision from there on. */
  readonly precision: Float64Array;
  /** Row of each right detection, and how many there are. */
  readonly rows: Int32Array;
  found: number;
}

function createWalk(detections: number): Walk {
  return {
    considered: new Int32Array(detections),
    count: 0,
    outside: new Uint8Array(detections),
    precision: new Float64Array(detections),
    rows: new Int32Array(detections),
    found: 0,
  };
}

function chooseRows(
  walk: Walk,
  input: AccumulateInput,
  from: { readonly start: number; readonly end: number; readonly maxDetections: number },
): void {
  const { byScore } = input.index;
  const { ranks } = input.matches;
  let count = 0;
  for (let position = from.start; position < from.end; position++) {
    const row = byScore[position]!;
    if (ranks[row]! < from.maxDetections) walk.considered[count++] = row;
  }
  walk.count = count;
}

function markOutside(walk: Walk, input: AccumulateInput, range: number): void {
  const { min, max } = input.axes.areaRanges[range] ?? { min: 0, max: 0 };
  const { areas } = input.index.detections;
  const { considered, outside, count } = walk;
  for (let position = 0; position < count; position++) {
    const area = areas[considered[position]!]!;
    outside[position] = area < min || area > max ? 1 : 0;
  }
}

/** `round` is the position in `[A, T]`. */
function walkDetections(walk: Walk, input: AccumulateInput, round: number): void {
  const { outcomes } = input.matches;
  const { considered, precision, rows, outside, count } = walk;
  const from = round * input.index.detections.count;
  let right = 0;
  let wrong = 0;
  for (let position = 0; position < count; position++) {
    const row = considered[position]!;
    const outcome = outcomes[from + row];
    if (outcome === MATCHED) {
      rows[right++] = row;
      precision[right - 1] = right / (wrong + right + Number.EPSILON);
    } else if (outcome === UNMATCHED && outside[position] === 0) wrong++;
  }
  for (let position = right - 1; position > 0; position--) {
    const later = precision[position]!;
    if (later > precision[position - 1]!) precision[position - 1] = later;
  }
  walk.found = right;
}

/** `cell` is the position in `[K, A, M, T]`. */
function writeCurve(curves: CocoCurves, cell: number, at: CellInput): void {
  const { walk, total } = at;
  const { recallThresholds } = at.input.axes;
  const { scores } = at.input.index.detections;
  const points = recallThresholds.length;
  const from = cell * points;
  let found = 0;
  let sum = 0;
  // The arrays start as zeros, which is the precision and the score where a recall is not reached.
  for (let point = 0; point < points; point++) {
    const wanted = recallThresholds[point]!;
    while (found < walk.found && (found + 1) / total < wanted) found++;
    if (found >= walk.found) break;
    const precision = walk.precision[found]!;
    sum += precision;
    curves.precision[from + point] = precision;
    curves.scores[from + point] = scores[walk.rows[found]!]!;
  }
  curves.recall[cell] = walk.found / total;
  curves.averagePrecision[cell] = sum / points;
  // Recall 0 is reached by the first detection, right or wrong.
  if (recallThresholds[0] === 0 && walk.count > 0) curves.scores[from] = scores[walk.considered[0]!]!;
}
