/** Boxes with labels in a response, and what COCO's evaluation takes. */
import { parseJson } from '../python/json.ts';
import { literalEval } from '../python/literal.ts';
import { get, isDict, isListOrTuple, numberOf, type PyDict, type PyValue } from '../python/value.ts';

/** An answered box in pixels of the stored image. */
export interface AnsweredBox {
  /** `x1, y1, x2, y2`. */
  readonly box: readonly [number, number, number, number];
  readonly label: string;
  /** 1 where the response gives none. */
  readonly score: number;
  /** As stored results have it, to the last bit. */
  readonly xywh?: readonly number[];
}

/** A list of objects without objects in their values, as far as the text goes. */
const OBJECT = /\{[^{}]*\}/g;

/**
 * The boxes of a response, `[{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}]` in single or double quotes, wherever in the text; after `<answer>` where there is one. One that is
 * cut off or broken is passed over, as are repeated ones.
 */
export function readBoxes(response: string): AnsweredBox[] {
  const text = response.slice(Math.max(0, response.lastIndexOf('<answer>')));
  const seen = new Set<string>();
  return (text.match(OBJECT) ?? []).flatMap((candidate) => {
    const literal = literalEval(candidate);
    const box = boxOf(literal === undefined ? parseJson(candidate) : literal);
    if (box === undefined) return [];
    const key = JSON.stringify(box);
    // Stored results may repeat a box on purpose; a model that repeats itself does not mean two objects.
    if (box.xywh === undefined && seen.has(key)) return [];
    seen.add(key);
    return [box];
  });
}

function boxOf(value: PyValue | undefined): AnsweredBox | undefined {
  if (value === undefined || !isDict(value)) return undefined;
  const sides = cornersOf(value);
  const label = get(value, 'label');
  const score = get(value, 'score');
  if (sides === undefined || typeof label !== 'string') return undefined;
  const stored = get(value, 'xywh') ?? null;
  const xywh = isListOrTuple(stored) ? stored.items.map(numberOf).filter((side) => side !== undefined) : [];
  return { box: sides, label, score: (score === undefined ? undefined : numberOf(score)) ?? 1, ...(xywh.length === 4 ? { xywh } : {}) };
}

function cornersOf(value: PyDict): AnsweredBox['box'] | undefined {
  const list = get(value, 'bbox_2d') ?? get(value, 'bbox') ?? null;
  const sides = isListOrTuple(list) ? list.items.map(numberOf) : [];
  const [x1, y1, x2, y2] = sides;
  if (sides.length !== 4 || x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
  return [x1, y1, x2, y2].every(Number.isFinite) && x1 <= x2 && y1 <= y2 ? [x1, y1, x2, y2] : undefined;
}
