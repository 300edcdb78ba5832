/**
 * The area that two simple polygons share, convex or not, without a clipping library. A polygon is the signed sum of the triangles that
 * its edges make with one of its corners, so the area shared by two polygons is the signed sum of the areas shared by their triangles;
 * and those are convex, so cutting one by the sides of the other is enough. There are no special cases (corners on edges, shared edges)
 * that could fail. Left out: holes.
 */

/** A corner in any unit, such as pixels. */
export type Point = readonly [x: number, y: number];

/** Corners in order, clockwise or not, the first not repeated at the end. */
export type Polygon = readonly Point[];

/** Intersection over union of two simple polygons, in [0, 1]; exact to 12 digits, so equal polygons give exactly 1. */
export function polygonIou(a: Polygon, b: Polygon): number {
  const [areaA, areaB] = [Math.abs(signedArea(a)), Math.abs(signedArea(b))];
  const shared = Math.min(sharedArea(a, b), areaA, areaB);
  const union = areaA + areaB - shared;
  return union > 0 ? Math.round((shared / union) * 1e12) / 1e12 : 0;
}

/** The area, positive where the corners turn counter-clockwise with y pointing up. */
export function signedArea(polygon: Polygon): number {
  return fanOf(polygon).reduce((sum, [corner, from, to]) => sum + turn(corner, from, to) / 2, 0);
}

/** Whether there are three corners or more and no two edges touch but neighbors in their common corner. */
export function isSimple(polygon: Polygon): boolean {
  if (polygon.length < 3 || signedArea(polygon) === 0) return false;
  const edges = edgesOf(polygon);
  return edges.every((edge, index) =>
    edges.slice(index + 1).every((other, distance) => {
      const follows = distance === 0;
      const closes = index === 0 && distance === edges.length - 2;
      if (follows) return !foldsBack(edge, other);
      return closes ? !foldsBack(other, edge) : !touch(edge, other);
    }),
  );
}

type Edge = readonly [Point, Point];
type Triangle = readonly [Point, Point, Point];

function edgesOf(polygon: Polygon): Edge[] {
  return polygon.map((point, index) => [point, polygon[(index + 1) % polygon.length] ?? point]);
}

/** The triangles of the first corner with each edge that does not touch it. */
function fanOf(polygon: Polygon): Triangle[] {
  const [corner] = polygon;
  if (corner === undefined) return [];
  return edgesOf(polygon)
    .slice(1, -1)
    .map(([from, to]) => [corner, from, to]);
}

function sharedArea(a: Polygon, b: Polygon): number {
  const others = fanOf(b);
  let sum = 0;
  for (const triangle of fanOf(a)) for (const other of others) sum += signedOverlap(triangle, other);
  return Math.abs(sum);
}

function signedOverlap(a: Triangle, b: Triangle): number {
  const sign = Math.sign(turn(...a)) * Math.sign(turn(...b));
  if (sign === 0 || apart(a, b, 0) || apart(a, b, 1)) return 0;
  return sign * Math.abs(signedArea(cut(a, b)));
}

function apart(a: Triangle, b: Triangle, axis: 0 | 1): boolean {
  const [[a1, a2, a3], [b1, b2, b3]] = [a, b];
  return (
    Math.max(a1[axis], a2[axis], a3[axis]) <= Math.min(b1[axis], b2[axis], b3[axis]) ||
    Math.max(b1[axis], b2[axis], b3[axis]) <= Math.min(a1[axis], a2[axis], a3[axis])
  );
}

/** The part of a convex polygon inside a triangle (Sutherland and Hodgman, 1974). */
function cut(convex: Polygon, triangle: Triangle): Polygon {
  const inwards = Math.sign(turn(...triangle));
  return edgesOf(triangle).reduce<Polygon>((rest, [from, to]) => {
    const heights = rest.map((point) => inwards * turn(from, to, point));
    return rest.flatMap((point, index) => {
      const next = (index + 1) % rest.length;
      const [height = 0, nextHeight = 0] = [heights[index], heights[next]];
      const kept = height >= 0 ? [point] : [];
      const crosses = (height > 0 && nextHeight < 0) || (height < 0 && nextHeight > 0);
      return crosses ? [...kept, between(point, rest[next] ?? point, height / (height - nextHeight))] : kept;
    });
  }, convex);
}

function between([x1, y1]: Point, [x2, y2]: Point, share: number): Point {
  return [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
}

/** Twice the area of a triangle, negative where it turns clockwise with y pointing up. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Whether the second of two edges in a row runs back over the first. */
function foldsBack([from, corner]: Edge, [, to]: Edge): boolean {
  const forwards = (corner[0] - from[0]) * (to[0] - corner[0]) + (corner[1] - from[1]) * (to[1] - corner[1]);
  return turn(from, corner, to) === 0 && forwards <= 0;
}

function touch([a, b]: Edge, [c, d]: Edge): boolean {
  const sides = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)].map(Math.sign);
  const [ofC = 0, ofD = 0, ofA = 0, ofB = 0] = sides;
  if (ofC * ofD < 0 && ofA * ofB < 0) return true;
  return (
    (ofC === 0 && within(c, a, b)) || (ofD === 0 && within(d, a, b)) || (ofA === 0 && within(a, c, d)) || (ofB === 0 && within(b, c, d))
  );
}

/** Whether a point of the line through two others lies between them. */
function within([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): boolean {
  return x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}
