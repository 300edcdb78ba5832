import { Type, type Static } from 'typebox';
import type { Box } from '@vtriune/iou';
import { readBoxes } from './boxes.ts';
import { findJson } from './json.ts';
import { statementIn } from './statement.ts';
import { afterThinking, answerTag } from './place.ts';

/** A point `[x, y]`, in the space it was written in. */
export type Point = readonly [x: number, y: number];

/** Where the point must be: in the last `<answer>` tag, or `any` (the default): there if there is one, else in the text. */
export const PointFormat = Type.Union([Type.Literal('answer_tag'), Type.Literal('any')], {
  description: 'where the point must be; any when absent',
});
export type PointFormat = Static<typeof PointFormat>;

const NUMBER = String.raw`\s?(-?\d{1,8}(?:\.\d{1,12})?)\s?`;
const VALUE = String.raw`["']?${NUMBER}["']?`;
/** The ways of writing a point that are no JSON, the most explicit first. */
const SYNTAXES: readonly RegExp[] = [
  // UI-TARS: <point>146 113</point>. Molmo: <point x="146" y="113" alt="...">.
  new RegExp(String.raw`<point>${NUMBER}[,，\s]${NUMBER}</point>`, 'g'),
  new RegExp(String.raw`<points?\s+x1?\s?=${VALUE}\s?y1?\s?=${VALUE}`, 'g'),
  new RegExp(String.raw`<\|(?:point|box)_start\|>\s?[(\[]${NUMBER},${NUMBER}[)\]]\s?<\|(?:point|box)_end\|>`, 'g'),
  // Agents: click(x=146, y=113), x: 146, y: 113.
  new RegExp(String.raw`(?<![a-z])x\s?[=:]${VALUE}[,，;]?\s?["']?y["']?\s?[=:]${VALUE}`, 'gi'),
  new RegExp(String.raw`[(（[]${NUMBER}[,，]${NUMBER}[)）\]]`, 'g'),
];
/** A text that is nothing but two numbers. */
const BARE = new RegExp(String.raw`^${NUMBER}[,，\s]${NUMBER}$`);

/**
 * The one point a response answers with: `{"point_2d": [x, y]}`, `{"x": .., "y": ..}`, `[x, y]`, `(x, y)`, `x, y`, the point tags of models
 * and the calls of agents, or a box, whose center counts. Two different points are no answer, so that guessing several places earns nothing.
 */
export function locatePoint(response: string, format: PointFormat = 'any'): Point | undefined {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (tagged === undefined && format === 'answer_tag') return undefined;
  const place = (tagged ?? text).slice(-10_000);
  const points = pointsIn(place);
  const [first] = points;
  return first !== undefined && points.every(([x, y]) => x === first[0] && y === first[1]) ? first : undefined;
}

function pointsIn(text: string): readonly Point[] {
  const fromJson = findJson(text).flatMap(({ value }) => {
    const point = pointOf(value);
    return point === undefined ? [] : [point];
  });
  if (fromJson.length > 0) return fromJson;
  const boxes = readBoxes(text);
  if (boxes !== undefined && boxes.items.length > 0) return boxes.items.map(({ box }) => centerOf(box));
  for (const syntax of SYNTAXES) {
    const found = [...text.matchAll(syntax)];
    if (found.length > 0) return found.map((match): Point => [Number(match[1]), Number(match[2])]);
  }
  const bare = BARE.exec((statementIn(text) ?? text).trim().replace(/[.。]$/, ''));
  return bare === null ? [] : [[Number(bare[1]), Number(bare[2])]];
}

function centerOf([x1, y1, x2, y2]: Box): Point {
  return [(x1 + x2) / 2, (y1 + y2) / 2];
}

function pointOf(value: unknown): Point | undefined {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const [x, y] = items;
    if (items.length === 1) return pointOf(x);
    return items.length === 2 ? toPoint(x, y) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { point_2d: point, point: bare, coordinate, x, y }: Readonly<Record<string, unknown>> = { ...value };
  return x === undefined ? pointOf(point ?? bare ?? coordinate) : toPoint(x, y);
}

function toPoint(x: unknown, y: unknown): Point | undefined {
  const usable = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= 1e7;
  return usable(x) && usable(y) ? [x, y] : undefined;
}
