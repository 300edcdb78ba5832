// The shapes that the tasks draw, as signed distances for `fill`. Polygons may be concave but not self-crossing.
import type { Color, Point, Shape, Canvas } from './canvas.ts';
import { fill } from './canvas.ts';
import type { Box } from '@vtriune/iou';

function boundsOf(points: readonly Point[], margin: number): Box {
  return [
    Math.min(...points.map((point) => point[0])) - margin,
    Math.min(...points.map((point) => point[1])) - margin,
    Math.max(...points.map((point) => point[0])) + margin,
    Math.max(...points.map((point) => point[1])) + margin,
  ];
}

/** A disc. */
export function circle([centerX, centerY]: Point, radius: number): Shape {
  return {
    bounds: [centerX - radius, centerY - radius, centerX + radius, centerY + radius],
    distance: (x, y) => Math.sqrt((x - centerX) ** 2 + (y - centerY) ** 2) - radius,
  };
}

/** A circle's line of the given width around the radius. */
export function ring([centerX, centerY]: Point, radius: number, width: number): Shape {
  const outer = radius + width / 2;
  return {
    bounds: [centerX - outer, centerY - outer, centerX + outer, centerY + outer],
    distance: (x, y) => Math.abs(Math.sqrt((x - centerX) ** 2 + (y - centerY) ** 2) - radius) - width / 2,
  };
}

/** A rectangle given by its edges. */
export function rectangle(bounds: Box): Shape {
  const [left, top, right, bottom] = bounds;
  return { bounds, distance: (x, y) => Math.max(left - x, x - right, top - y, y - bottom) };
}

/** A line with round ends. */
export function segment(from: Point, to: Point, width: number): Shape {
  const [fromX, fromY] = from;
  const [alongX, alongY] = [to[0] - fromX, to[1] - fromY];
  const squared = alongX * alongX + alongY * alongY || 1;
  return {
    bounds: boundsOf([from, to], width / 2),
    distance: (x, y) => {
      const part = Math.max(0, Math.min(1, ((x - fromX) * alongX + (y - fromY) * alongY) / squared));
      return Math.sqrt((x - fromX - part * alongX) ** 2 + (y - fromY - part * alongY) ** 2) - width / 2;
    },
  };
}

/** A polygon without crossings, corners in order. */
export function polygon(points: readonly Point[]): Shape {
  return {
    bounds: boundsOf(points, 0),
    distance: (x, y) => {
      let nearest = Infinity;
      let inside = false;
      let previous = points[points.length - 1] ?? [0, 0];
      for (const point of points) {
        const [edgeX, edgeY] = [previous[0] - point[0], previous[1] - point[1]];
        const [offsetX, offsetY] = [x - point[0], y - point[1]];
        const part = Math.max(0, Math.min(1, (offsetX * edgeX + offsetY * edgeY) / (edgeX * edgeX + edgeY * edgeY || 1)));
        const [gapX, gapY] = [offsetX - edgeX * part, offsetY - edgeY * part];
        nearest = Math.min(nearest, gapX * gapX + gapY * gapY);
        if (point[1] > y !== previous[1] > y && x < (edgeX * offsetY) / edgeY + point[0]) inside = !inside;
        previous = point;
      }
      return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
    },
  };
}

/** A slice of a pie from one angle to another, clockwise from twelve o'clock in turns (0..1). */
export function wedge(center: Point, radius: number, turns: readonly [number, number]): Shape {
  const steps = 32;
  const turnAt = (index: number): number => turns[0] + ((turns[1] - turns[0]) * index) / steps;
  const rim = Array.from({ length: steps + 1 }, (_, index) => onCircle(center, radius, turnAt(index)));
  // Distances to the two straight edges, positive outside; a slice beyond half a turn is their union.
  const [from, to] = [turns[0] * 2 * Math.PI, turns[1] * 2 * Math.PI];
  const [fromX, fromY, toX, toY] = [-Math.cos(from), -Math.sin(from), Math.cos(to), Math.sin(to)];
  const join = turns[1] - turns[0] > 0.5 ? Math.min : Math.max;
  return {
    bounds: boundsOf([center, ...rim], 0),
    distance: (x, y) => {
      const [awayX, awayY] = [x - center[0], y - center[1]];
      const edges = join(awayX * fromX + awayY * fromY, awayX * toX + awayY * toY);
      return Math.max(Math.sqrt(awayX * awayX + awayY * awayY) - radius, edges);
    },
  };
}

/** The point on a circle at a clockwise angle from twelve o'clock, in turns. */
export function onCircle(center: Point, radius: number, turn: number): Point {
  return [center[0] + radius * Math.sin(turn * 2 * Math.PI), center[1] - radius * Math.cos(turn * 2 * Math.PI)];
}

/** The plain figures with a name. */
export const FIGURES = ['circle', 'square', 'triangle', 'star', 'cross'] as const;

/** Name of a plain figure. */
export type Figure = (typeof FIGURES)[number];

function star(center: Point, radius: number): Shape {
  return polygon(Array.from({ length: 10 }, (_, index) => onCircle(center, index % 2 === 0 ? radius * 1.12 : radius * 0.5, index / 10)));
}

function cross([x, y]: Point, radius: number): Shape {
  const [far, near] = [radius * 0.95, radius * 0.36];
  const corners: Point[] = [
    [-near, -far],
    [near, -far],
    [near, -near],
    [far, -near],
    [far, near],
    [near, near],
  ];
  return polygon([...corners, ...corners.map(([dx, dy]): Point => [-dx, -dy])].map(([dx, dy]): Point => [x + dx, y + dy]));
}

/** A named figure of about the given radius; returns the box it was drawn into. */
export function drawFigure(canvas: Canvas, figure: { name: Figure; center: Point; radius: number }, color: Color): Box {
  const { name, center, radius } = figure;
  const [x, y] = center;
  if (name === 'circle') return fill(canvas, circle(center, radius), color);
  if (name === 'square')
    return fill(canvas, rectangle([x - radius * 0.88, y - radius * 0.88, x + radius * 0.88, y + radius * 0.88]), color);
  if (name === 'star') return fill(canvas, star([x, y + radius * 0.08], radius), color);
  if (name === 'cross') return fill(canvas, cross(center, radius), color);
  return fill(
    canvas,
    polygon([
      [x, y - radius],
      [x + radius, y + radius * 0.8],
      [x - radius, y + radius * 0.8],
    ]),
    color,
  );
}
