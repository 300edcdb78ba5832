// Overlap measures of two boxes. All expect finite coordinates; an inverted box has area 0 and overlaps nothing.
// Boxes that only touch do not overlap. For many boxes at once see `pairwise-iou.ts`.

import { boxArea, type Box } from './box.ts';

/** The area that two boxes share, 0 where they only touch. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, in [0, 1]; 0 where both boxes have area 0. */
export function iou(a: Box, b: Box): number {
  const intersection = intersectionArea(a, b);
  return intersection > 0 ? intersection / (boxArea(a) + boxArea(b) - intersection) : 0;
}

/**
 * Generalised IoU, in [-1, 1]: the IoU less the share of the enclosing box that neither box covers
 * (Rezatofighi et al., arXiv 1902.09630). Equals the IoU where the enclosing box has area 0.
 */
export function giou(a: Box, b: Box): number {
  const enclosing = boxArea(enclosingBox(a, b));
  if (enclosing === 0) return iou(a, b);
  const union = boxArea(a) + boxArea(b) - intersectionArea(a, b);
  return iou(a, b) - Math.max(0, enclosing - union) / enclosing;
}

/**
 * Distance IoU, in [-1, 1]: the IoU less the squared distance of the centers over the squared diagonal of the
 * enclosing box (Zheng et al., arXiv 1911.08287, eq. 7).
 */
export function diou(a: Box, b: Box): number {
  const [x1, y1, x2, y2] = enclosingBox(a, b);
  const diagonal = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  if (diagonal === 0) return iou(a, b);
  const distance = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2;
  return iou(a, b) - distance / diagonal;
}

/**
 * Complete IoU: the distance IoU less a penalty in [0, 1) for different aspect ratios (Zheng et al., arXiv 1911.08287,
 * eq. 8 to 11). The weight is zero where the shapes agree, so that equal boxes score 1.
 */
export function ciou(a: Box, b: Box): number {
  const angle = (box: Box): number => Math.atan2(box[2] - box[0], box[3] - box[1]);
  const shape = (4 / Math.PI ** 2) * (angle(a) - angle(b)) ** 2;
  if (shape === 0) return diou(a, b);
  return diou(a, b) - shape ** 2 / (1 - iou(a, b) + shape);
}

/**
 * COCO's overlap of a prediction with a crowd region, in [0, 1]: the intersection over the area of the prediction, so
 * that a box anywhere inside a crowd overlaps fully.
 */
export function crowdIou(prediction: Box, crowd: Box): number {
  const intersection = intersectionArea(prediction, crowd);
  return intersection > 0 ? intersection / boxArea(prediction) : 0;
}

/** Tells whether a point `[x, y]` lies in a box; the edges belong to it. */
export function pointInBox(point: readonly [x: number, y: number], box: Box): boolean {
  return point[0] >= box[0] && point[0] <= box[2] && point[1] >= box[1] && point[1] <= box[3];
}

function enclosingBox(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
