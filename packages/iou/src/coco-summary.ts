// From the curves of a COCO evaluation to numbers: the twelve of COCO, those of each category, and single curves.

import type { CocoCurves } from './coco-accumulate.ts';
import type { CocoIndex } from './coco-index.ts';
import type { CategoryScores, CocoAxes, CocoEvaluation, CocoGroundTruth } from './coco-types.ts';

/** A part of the evaluation; what is left out is averaged over, but the number of detections, whose largest is taken. */
export interface CocoSelection {
  readonly category?: CategoryScores['id'];
  readonly areaRange?: string;
  readonly maxDetections?: number;
  readonly iouThreshold?: number;
}

/** A precision-recall curve: three arrays of the same length, by ascending recall. */
export interface PrecisionRecallCurve {
  readonly recall: readonly number[];
  readonly precision: Float64Array;
  readonly scores: Float64Array;
}

/**
 * The interpolated precision-recall curve of one category at one IoU threshold (default 0.5), over all areas and the largest number of
 * detections unless said otherwise. Throws a RangeError where the evaluation has no such category, area range, number or threshold.
 */
export function precisionRecallCurve(
  evaluation: CocoEvaluation,
  selection: CocoSelection & { readonly category: CategoryScores['id'] },
): PrecisionRecallCurve {
  const { axes } = evaluation;
  const cells = selectCells(axes, { iouThreshold: 0.5, ...selection });
  const cell = cells[0];
  if (cell === undefined) {
    throw new RangeError(
      `The evaluation has no curve for ${JSON.stringify(selection)}. Categories: ${axes.categories.join(', ')}; areas: ${axes.areaRanges.map(({ name }) => name).join(', ')}; ` +
        `detections: ${axes.maxDetections.join(', ')}; IoU: ${axes.iouThresholds.join(', ')}. Select one of each.`,
    );
  }
  const points = axes.recallThresholds.length;
  const slice = (values: Float64Array): Float64Array => values.slice(cell * points, (cell + 1) * points);
  return { recall: axes.recallThresholds, precision: slice(evaluation.precision), scores: slice(evaluation.scores) };
}

/** What the summary reads: the curves and what their axes stand for. */
export interface Summary {
  readonly axes: CocoAxes;
  readonly curves: CocoCurves;
}

/** The mean over the cells `[K, A, M, T]` of a selection that could be measured, or -1. */
function meanOf(summary: Summary, values: 'averagePrecision' | 'recall', selection: CocoSelection): number {
  const cells = selectCells(summary.axes, selection);
  const { [values]: all } = summary.curves;
  let sum = 0;
  let count = 0;
  for (const cell of cells) {
    const value = all[cell]!;
    if (value < 0) continue;
    sum += value;
    count++;
  }
  return count === 0 ? -1 : sum / count;
}

function selectCells(axes: CocoAxes, selection: CocoSelection): number[] {
  const { categories, areaRanges, maxDetections, iouThresholds } = axes;
  const area = areaRanges.findIndex(({ name }) => name === (selection.areaRange ?? 'all'));
  const limit = selection.maxDetections === undefined ? maxDetections.length - 1 : maxDetections.indexOf(selection.maxDetections);
  const cells: number[] = [];
  if (area < 0 || limit < 0) return cells;
  const { category, iouThreshold } = selection;
  for (let k = 0; k < categories.length; k++) {
    if (category !== undefined && categories[k] !== category) continue;
    const first = ((k * areaRanges.length + area) * maxDetections.length + limit) * iouThresholds.length;
    for (let t = 0; t < iouThresholds.length; t++)
      if (iouThreshold === undefined || iouThresholds[t] === iouThreshold) cells.push(first + t);
  }
  return cells;
}

/** COCO's twelve numbers in COCO's order. */
export function cocoStats(summary: Summary): number[] {
  const limits = summary.axes.maxDetections;
  const recallAt = (position: number): number => meanOf(summary, 'recall', { maxDetections: limits[position] ?? -1 });
  const byArea = (values: 'averagePrecision' | 'recall'): number[] =>
    ['small', 'medium', 'large'].map((areaRange) => meanOf(summary, values, { areaRange }));
  return [
    meanOf(summary, 'averagePrecision', {}),
    meanOf(summary, 'averagePrecision', { iouThreshold: 0.5 }),
    meanOf(summary, 'averagePrecision', { iouThreshold: 0.75 }),
    ...byArea('averagePrecision'),
    recallAt(0),
    recallAt(1),
    recallAt(2),
    ...byArea('recall'),
  ];
}

/** The scores of every evaluated category. */
export function categoryScores(summary: Summary, index: CocoIndex, groundTruth: CocoGroundTruth): CategoryScores[] {
  const names = new Map(groundTruth.categories.map(({ id, name }) => [id, name]));
  const truths = new Int32Array(index.categories.length);
  const { categories, ignored } = index.groundTruths;
  categories.forEach((category, row) => {
    if (ignored[row] !== 1) truths[category] = truths[category]! + 1;
  });
  const found = new Int32Array(index.categories.length);
  for (const category of index.detections.categories) found[category] = found[category]! + 1;
  return index.categories.map((category, position) => ({
    id: category,
    name: names.get(category),
    averagePrecision: meanOf(summary, 'averagePrecision', { category }),
    averagePrecision50: meanOf(summary, 'averagePrecision', { category, iouThreshold: 0.5 }),
    averagePrecision75: meanOf(summary, 'averagePrecision', { category, iouThreshold: 0.75 }),
    averageRecall: meanOf(summary, 'recall', { category }),
    groundTruths: truths[position]!,
    detections: found[position]!,
  }));
}
