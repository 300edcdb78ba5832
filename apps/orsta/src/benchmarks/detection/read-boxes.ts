/** Boxes with labels in a response, and what COCO's evaluation takes. */
import { parseJson } from '../python/json.ts';
import { literalEval } from '../python/literal.ts';
import { isDict, isListOrTuple, numberOf, str, type PyValue } from '../python/value.ts';
import { isRecord } from '../../is-record.ts';

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
  return objectsIn(text).flatMap((candidate) => {
    const box = boxOf(candidate);
    if (box === undefined) return [];
    // Stored results may repeat a box on purpose; a model that repeats itself does not mean two objects.
    if (box.xywh !== undefined) return [box];
    const key = JSON.stringify(box);
    if (seen.has(key)) return [];
    seen.add(key);
    return [box];
  });
}

const NESTED = /\{[^}]*\{/;

/** The innermost objects of a text. A list of plain ones is read at once, as stored results are. */
function objectsIn(text: string): Record<string, unknown>[] {
  const whole = text.startsWith('[') && !NESTED.test(text) ? jsonOf(text) : undefined;
  return Array.isArray(whole) && whole.every(isRecord) ? whole : (text.match(OBJECT) ?? []).map(readObject);
}

/** Undefined where the text is no JSON: single quotes, trailing commas and NaN are read as Python. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The fields of an object in JSON or as a Python dict: numbers, texts, and lists of them. */
function readObject(text: string): Record<string, unknown> {
  const json = jsonOf(text);
  if (isRecord(json)) return json;
  const literal = literalEval(text);
  const value = literal === undefined ? parseJson(text) : literal;
  if (value === undefined || !isDict(value)) return {};
  return Object.fromEntries(value.entries.map(([key, own]) => [str(key), plainValue(own)]));
}

function plainValue(value: PyValue): unknown {
  if (isListOrTuple(value)) return value.items.map(plainValue);
  return numberOf(value) ?? value;
}

function boxOf({ bbox_2d, bbox = [], label, score, xywh }: Record<string, unknown>): AnsweredBox | undefined {
  const [x1, y1, x2, y2, ...more] = numbersOf(bbox_2d ?? bbox);
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined || more.length > 0) return undefined;
  if (typeof label !== 'string' || x1 > x2 || y1 > y2) return undefined;
  const stored = numbersOf(xywh);
  return { box: [x1, y1, x2, y2], label, score: typeof score === 'number' ? score : 1, ...(stored.length === 4 ? { xywh: stored } : {}) };
}

/** Nothing where one of the items is no finite number. */
function numbersOf(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  const numbers = value.filter((own): own is number => typeof own === 'number' && Number.isFinite(own));
  return numbers.length === value.length ? numbers : [];
}
