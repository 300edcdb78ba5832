/** MEGA-Bench's measures of boxes, points and numbers. */
import { literalEval } from '../python/literal.ts';
import { equal, isDict, isListOrTuple, numberOf, str, type PyDict, type PySequence, type PyValue } from '../python/value.ts';
import { boxesOf, listItems, numberRows, pairsOf, xmlBoxes, xmlPoint, type Corners } from './conversions.ts';
import { numpySum } from './numpy-sum.ts';

/** For each answered box its largest IoU with a right one; undefined where a box has fewer than four numbers. */
function bestOverlaps(answered: readonly Corners[], right: readonly Corners[]): number[] | undefined {
  if ((right.length > 0 && answered.some(({ length }) => length < 4)) || (answered.length > 0 && right.some(({ length }) => length < 4)))
    return undefined;
  return answered.map((box) => right.reduce((best, target) => Math.max(best, overlap(box, target)), 0));
}

function overlap(a: Corners, b: Corners): number {
  const [ax1 = 0, ay1 = 0, ax2 = 0, ay2 = 0] = a;
  const [bx1 = 0, by1 = 0, bx2 = 0, by2 = 0] = b;
  const intersection = Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) * Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  const union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection;
  return union > 0 ? intersection / union : 0;
}

function meanOf(values: readonly number[] | undefined): number {
  return values === undefined || values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function boxesOfAny(value: PyValue): Corners[] | undefined {
  return isListOrTuple(value) ? numberRows(value) : boxesOf(value);
}

/** Mean over the answered boxes of the largest IoU with a right one. */
export function boxes(response: PyValue, right: PyValue): number {
  const [answered, expected] = [boxesOfAny(response), boxesOfAny(right)];
  return answered === undefined || expected === undefined ? 0 : meanOf(bestOverlaps(answered, expected));
}

/** IoU of one box, which must be written as text. */
export function oneBox(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => {
    const found = typeof value === 'string' ? literalEval(value) : undefined;
    return found !== undefined && isListOrTuple(found) ? numberRows({ type: 'list', items: [found] }) : undefined;
  });
  return answered === undefined || expected === undefined ? 0 : meanOf(bestOverlaps(answered, expected));
}

/** Mean IoU of boxes in order; 0 for another number of boxes, and NaN, which is in no mean, where there are none to find. */
export function boxSequence(response: PyValue, right: PyValue): number {
  const answered = isListOrTuple(response) ? numberRows(response) : boxesOf(str(response));
  const expected = boxesOfAny(right);
  if (answered === undefined || expected === undefined || answered.length !== expected.length) return 0;
  const overlaps = answered.map((box, index) => bestOverlaps([box], expected.slice(index, index + 1)));
  return overlaps.includes(undefined) ? 0 : numpySum(overlaps.map((own) => own?.[0] ?? 0)) / expected.length;
}

/** Boxes as `<box>...</box>`. */
export function xmlBox(response: PyValue, right: PyValue): number {
  const expected = isListOrTuple(right) ? numberRows(right) : xmlBoxes(right);
  const answered = isListOrTuple(response) ? rowsOrRow(response) : xmlBoxes(response);
  return answered === undefined || expected === undefined ? 0 : meanOf(bestOverlaps(answered, expected));
}

function rowsOrRow(value: PySequence): Corners[] | undefined {
  const [first] = value.items;
  const row = value.items.length === 4 && first !== undefined && numberOf(first) !== undefined;
  return numberRows(row ? { type: 'list', items: [value] } : value);
}

/** Whether `<point>` is in one of the boxes of the question. */
export function pointInBox(response: PyValue, context: PyDict): number {
  const list = context.entries.find(([key]) => equal(key, 'bounding_boxes'))?.[1];
  const targets = list !== undefined && isListOrTuple(list) ? list.items.map((item) => boxesOf(item)?.[0]) : [];
  const point = isListOrTuple(response) ? numberRows({ type: 'list', items: [response] })?.[0] : xmlPoint(response);
  if (point?.length !== 2) return 0;
  const [x = NaN, y = NaN] = point;
  return Number(targets.some((box) => box !== undefined && box[0]! <= x && x <= box[2]! && box[1]! <= y && y <= box[3]!));
}

/** 1 minus the distance of two points in `[0, 1]`. */
export function pointDistance(response: PyValue, right: PyValue): number {
  const [a, b] = [response, right].map((value) => {
    const point = isListOrTuple(value) ? numberRows({ type: 'list', items: [value] })?.[0] : xmlPoint(value);
    return point?.length === 2 && point.every((own) => own >= 0 && own <= 1) ? point : undefined;
  });
  return a === undefined || b === undefined ? 0 : Math.max(0, 1 - Math.sqrt((a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2));
}

/** Mean over key points of `exp(-10 d / sqrt(2))`; 0 for another number of points. */
export function keyPoints(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => (isListOrTuple(value) ? numberRows(value) : pairsOf(value)));
  if (answered === undefined || expected === undefined || answered.length !== expected.length || expected.length === 0) return 0;
  const scores = answered.map((point, index) => {
    const target = expected[index] ?? [];
    if (point.length !== target.length) return NaN;
    return Math.exp((-10 * Math.sqrt(numpySum(point.map((own, axis) => (own - (target[axis] ?? NaN)) ** 2)))) / Math.SQRT2);
  });
  const mean = numpySum(scores) / scores.length;
  return Number.isNaN(mean) ? 0 : mean;
}

function literalNumber(value: PyValue): number | undefined {
  const found = typeof value === 'string' ? literalEval(value) : undefined;
  return found === undefined ? undefined : numberOf(found);
}

/** 1 minus the relative error, at least 0. */
export function relativeDifference(response: PyValue, right: PyValue): number {
  const answered = numberOf(response) ?? literalNumber(response);
  const expected = literalNumber(right);
  if (answered === undefined || expected === undefined || expected === 0) return 0;
  return Math.max(0, 1 - Math.abs((answered - expected) / expected));
}

/** 1 for equal counts; -1, which is in no mean, where both say that there is none. */
export function positiveCount(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => {
    const found = typeof value === 'string' ? literalEval(value) : undefined;
    return typeof found === 'boolean' || (typeof found === 'object' && found !== null && found.type === 'int')
      ? numberOf(found)
      : undefined;
  });
  if (answered === undefined || expected === undefined) return 0;
  return answered <= 0 && expected <= 0 ? -1 : Number(answered === expected);
}

/** 1 at no error, 0 from an error of 0.1 on. */
export function closeNumber(response: PyValue, right: PyValue): number {
  const [answered, expected] = [literalNumber(response), literalNumber(right)];
  if (answered === undefined || expected === undefined) return 0;
  return 1 - Math.min(Math.sqrt((answered - expected) ** 2), 0.1) / 0.1;
}

/** 1 at no mean error of a list of angles, 0 from 10 on; 0 for a list of another length. */
export function angles(response: PyValue, right: PyValue): number {
  const [answered, expected] = [response, right].map((value) => listItems(value) ?? []);
  if (answered === undefined || expected === undefined || answered.length !== expected.length) return 0;
  const errors = differences({ type: 'list', items: answered }, { type: 'list', items: expected });
  if (errors === undefined) return 0;
  const score = 1 - Math.min(numpySum(errors) / expected.length, 10) / 10;
  return Number.isNaN(score) ? 0 : score;
}

/** Absolute differences of two nested lists of the same shape. */
function differences(a: PySequence, b: PySequence): number[] | undefined {
  const found = a.items.map((item, index) => {
    const other = b.items[index] ?? null;
    if (isListOrTuple(item) && isListOrTuple(other) && item.items.length === other.items.length) return differences(item, other);
    const [first, second] = [numberOf(item), numberOf(other)];
    return first === undefined || second === undefined || isDict(item) ? undefined : [Math.sqrt((first - second) ** 2)];
  });
  return found.includes(undefined) ? undefined : found.flatMap((own) => own ?? []);
}
