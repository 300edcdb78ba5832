// The IoU of every box of one set with every box of another, on flat typed arrays. Large sets go through a SIMD kernel,
// small ones and crowds through the scalar loop below; both give the same bits.

import type { Box } from './box.ts';
import { pairwiseKernel } from './pairwise-kernel.ts';

/** The number of pairs below which filling the kernel's memory costs more than it saves. */
const KERNEL_FROM = 4096;

/** Boxes as a list or flat, four numbers `x1, y1, x2, y2` a box. */
export type BoxList = readonly Box[] | Float64Array;

/** Options of `pairwiseIou`. */
export interface PairwiseIouOptions {
  /** One flag per box of the second list: a truthy one marks a crowd, whose overlap is the intersection over the area of the first box. */
  readonly crowd?: ArrayLike<boolean | number>;
  /** Where to write the result, at least `n * m` numbers long; a new array otherwise. */
  readonly out?: Float64Array;
}

/** Turns boxes into the flat form, four numbers a box; a flat list is returned as it is. Throws a RangeError on a length that is not a multiple of 4. */
export function flattenBoxes(boxes: BoxList): Float64Array {
  if (boxes instanceof Float64Array) {
    if (boxes.length % 4 === 0) return boxes;
    throw new RangeError(`A flat list of boxes has ${boxes.length} numbers. It needs four (x1, y1, x2, y2) a box. Pass whole boxes.`);
  }
  const flat = new Float64Array(boxes.length * 4);
  boxes.forEach((box, index) => flat.set(box, index * 4));
  return flat;
}

/**
 * The IoU of each of `n` boxes with each of `m` boxes, row by row: element `i * m + j` is that of `a[i]` with `b[j]`.
 * Equal to `iou` (and to `crowdIou` in crowd columns) bit for bit. Throws a RangeError on incomplete boxes, on coordinates
 * that are not finite, on a crowd list of another length than `b` and on a result array that is too short.
 */
export function pairwiseIou(a: BoxList, b: BoxList, options: PairwiseIouOptions = {}): Float64Array {
  const first = flattenBoxes(a);
  const second = flattenBoxes(b);
  const rows = first.length / 4;
  const columns = second.length / 4;
  const { crowd, out = new Float64Array(rows * columns) } = options;
  if (out.length < rows * columns) {
    throw new RangeError(
      `The result array holds ${out.length} numbers, but ${rows} x ${columns} boxes need ${rows * columns}. Pass a longer one.`,
    );
  }
  if (crowd !== undefined && crowd.length !== columns) {
    throw new RangeError(`There are ${crowd.length} crowd flags for ${columns} boxes. Pass one flag per box of the second list.`);
  }
  requireFinite(first);
  requireFinite(second);
  if (pairwiseKernel !== undefined && crowd === undefined && rows * columns >= KERNEL_FROM) pairwiseKernel(first, second, out);
  else pairwiseIouScalar(first, second, { out, crowd });
  return out;
}

/** The same without the kernel and without checks, for complete lists of boxes. */
export function pairwiseIouScalar(
  first: Float64Array,
  second: Float64Array,
  target: { readonly out: Float64Array; readonly crowd?: ArrayLike<boolean | number> | undefined },
): void {
  const columns: PairwiseColumns = {
    boxes: second,
    areas: flatAreas(second),
    crowd: Uint8Array.from({ length: second.length / 4 }, (_, column) => (target.crowd?.[column] ? 1 : 0)),
    out: target.out,
  };
  for (let row = 0; row * 4 < first.length; row++) fillRow(first, row, columns);
}

/** The second list, its areas, its crowd flags and where the rows go. */
interface PairwiseColumns {
  readonly boxes: Float64Array;
  readonly areas: Float64Array;
  readonly crowd: Uint8Array;
  readonly out: Float64Array;
}

function fillRow(first: Float64Array, row: number, target: PairwiseColumns): void {
  const { boxes, areas, crowd, out } = target;
  const x1 = first[row * 4]!;
  const y1 = first[row * 4 + 1]!;
  const x2 = first[row * 4 + 2]!;
  const y2 = first[row * 4 + 3]!;
  const area = Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
  const columns = areas.length;
  const start = row * columns;
  for (let column = 0, at = 0; column < columns; column++, at += 4) {
    const width = Math.min(x2, boxes[at + 2]!) - Math.max(x1, boxes[at]!);
    const height = Math.min(y2, boxes[at + 3]!) - Math.max(y1, boxes[at + 1]!);
    const intersection = width > 0 && height > 0 ? width * height : 0;
    const union = crowd[column] === 1 ? area : area + areas[column]! - intersection;
    out[start + column] = intersection > 0 ? intersection / union : 0;
  }
}

function flatAreas(boxes: Float64Array): Float64Array {
  const areas = new Float64Array(boxes.length / 4);
  for (let index = 0, at = 0; index < areas.length; index++, at += 4) {
    const width = boxes[at + 2]! - boxes[at]!;
    const height = boxes[at + 3]! - boxes[at + 1]!;
    areas[index] = Math.max(0, width) * Math.max(0, height);
  }
  return areas;
}

function requireFinite(boxes: Float64Array): void {
  const broken = boxes.findIndex((coordinate) => !Number.isFinite(coordinate));
  if (broken < 0) return;
  const box = Math.floor(broken / 4);
  throw new RangeError(
    `Box ${box} is [${boxes.slice(box * 4, box * 4 + 4).join(', ')}]. Coordinates must be finite numbers. Drop or correct it.`,
  );
}
