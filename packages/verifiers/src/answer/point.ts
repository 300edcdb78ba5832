import { Type, type Static } from 'typebox';
import { findJson } from './json.ts';
import { afterThinking, answerTag } from './place.ts';

/** A point `[x, y]`, in the space it was written in. */
export type Point = readonly [x: number, y: number];

/** Where the point must stand: in the last `<answer>` tag, or `any` (the default): there if there is one, else in the text. */
export const PointFormat = Type.Union([Type.Literal('answer_tag'), Type.Literal('any')], {
  description: 'where the point must stand; any when absent',
});
export type PointFormat = Static<typeof PointFormat>;

const NUMBER = String.raw`\s?(-?\d{1,8}(?:\.\d{1,12})?)\s?`;
const PAIR = new RegExp(String.raw`[([]${NUMBER},${NUMBER}[)\]]`, 'g');

/**
 * The one point a response answers with: `{"point_2d": [x, y]}`, `{"x": .., "y": ..}`, `[x, y]` or `(x, y)`. Two different points are no
 * answer, so that guessing several places earns nothing.
 */
export function locatePoint(response: string, format: PointFormat = 'any'): Point | undefined {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (tagged === undefined && format === 'answer_tag') return undefined;
  const place = (tagged ?? text).slice(-10_000);
  const fromJson = findJson(place)
    .map(({ value }) => pointOf(value))
    .filter((point) => point !== undefined);
  const points = fromJson.length > 0 ? fromJson : [...place.matchAll(PAIR)].map((match): Point => [Number(match[1]), Number(match[2])]);
  const [first] = points;
  return first !== undefined && points.every(([x, y]) => x === first[0] && y === first[1]) ? first : undefined;
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
