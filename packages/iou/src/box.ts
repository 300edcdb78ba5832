/** An axis-aligned box `[x1, y1, x2, y2]`: left, top, right, bottom, with x growing right and y growing down. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** Width and height of the area that boxes lie in, in the units of the boxes. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Turns COCO's `[left, top, width, height]` into a box. */
export function boxFromXywh(xywh: readonly [x: number, y: number, width: number, height: number]): Box {
  const [x, y, width, height] = xywh;
  return [x, y, x + width, y + height];
}

/** Turns a box into COCO's `[left, top, width, height]`. */
export function boxToXywh(box: Box): [x: number, y: number, width: number, height: number] {
  const [x1, y1, x2, y2] = box;
  return [x1, y1, x2 - x1, y2 - y1];
}

/** Turns `[center x, center y, width, height]` into a box. */
export function boxFromCxcywh(cxcywh: readonly [cx: number, cy: number, width: number, height: number]): Box {
  const [cx, cy, width, height] = cxcywh;
  return [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
}

/** Turns a box into `[center x, center y, width, height]`. */
export function boxToCxcywh(box: Box): [cx: number, cy: number, width: number, height: number] {
  const [x1, y1, x2, y2] = box;
  return [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
}

/** Cuts a box to the area `[0, width] x [0, height]`; a box outside of it collapses to an edge and has area 0. */
export function clipBox(box: Box, size: Size): Box {
  const clampX = (x: number): number => Math.min(Math.max(x, 0), size.width);
  const clampY = (y: number): number => Math.min(Math.max(y, 0), size.height);
  return [clampX(box[0]), clampY(box[1]), clampX(box[2]), clampY(box[3])];
}

/** Multiplies the x coordinates by `factor.x` and the y coordinates by `factor.y`. */
export function scaleBox(box: Box, factor: { readonly x: number; readonly y: number }): Box {
  return [box[0] * factor.x, box[1] * factor.y, box[2] * factor.x, box[3] * factor.y];
}

/** The area of a box in squared units; 0 where it is inverted (`x2 < x1` or `y2 < y1`). */
export function boxArea(box: Box): number {
  return Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
}

/** Tells whether a value is four finite numbers with `x1 <= x2` and `y1 <= y2`; a box of area 0 is valid. */
export function isValidBox(value: unknown): value is Box {
  if (!Array.isArray(value) || value.length !== 4) return false;
  // By index: a destructured array is walked by an iterator, which makes an object for each coordinate.
  const coordinates: readonly unknown[] = value;
  return isInterval(coordinates[0], coordinates[2]) && isInterval(coordinates[1], coordinates[3]);
}

function isInterval(low: unknown, high: unknown): boolean {
  return typeof low === 'number' && typeof high === 'number' && Number.isFinite(low) && Number.isFinite(high) && low <= high;
}
