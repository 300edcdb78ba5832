/**
 * Boxes in responses and ground truths: JSON items `{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}`, bare arrays of four
 * numbers, and Qwen's `(x1,y1),(x2,y2)`. Coordinates stay in the space they were written in.
 */
import { isValidBox, type Box } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { findJson, type FoundJson } from './json.ts';
import { afterThinking, answerTag } from './place.ts';
import { isRecord } from '../is-record.ts';

/** A box with the label it was given, if any; labels are trimmed and in lower case. */
export interface LabelledAnswer {
  readonly box: Box;
  readonly label: string | undefined;
}

/** Boxes read from a text. */
export interface FoundBoxes {
  readonly items: readonly LabelledAnswer[];
  /** Entries that are no box: wrong length, not numbers, corners swapped, out of any image. */
  readonly malformed: number;
  /** False when the list was cut off. */
  readonly complete: boolean;
  /** Whether the list is all there is in the place it was read from. */
  readonly alone: boolean;
}

/**
 * Where the boxes must stand: `answer_tag` (in exactly one `<answer>...</answer>`), `json` (the text after the reasoning is the
 * JSON, at most in a code fence), or `any` (the default: the last list of boxes in the tag if there is one, else in the text).
 */
export const BoxFormat = Type.Union([Type.Literal('answer_tag'), Type.Literal('json'), Type.Literal('any')], {
  description: 'where the boxes must stand; any when absent',
});
export type BoxFormat = Static<typeof BoxFormat>;

/** No image has larger coordinates; beyond this an area loses its precision. */
const MAX_COORDINATE = 1e7;

/** The boxes a response answers with, from the asked place; `undefined` when there is no list of boxes there. */
export function locateBoxes(response: string, format: BoxFormat = 'any'): FoundBoxes | undefined {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (format === 'answer_tag') return tagged === undefined || !isSingleTag(text) ? undefined : readBoxes(tagged);
  if (format === 'any') return readBoxes(tagged ?? text);
  const boxes = readBoxes(text);
  return boxes?.alone === true ? boxes : undefined;
}

function isSingleTag(text: string): boolean {
  return text.indexOf('<answer>') === text.lastIndexOf('<answer>') && text.indexOf('</answer>') === text.lastIndexOf('</answer>');
}

/**
 * The last array of boxes in a text; where there is none, all box objects of the text together (JSON lines), or else a pair of
 * points `(x1,y1),(x2,y2)`. An empty array is a list of no boxes.
 */
export function readBoxes(text: string): FoundBoxes | undefined {
  const found = findJson(text);
  const list = found.findLast(({ value }) => isBoxList(value));
  if (list !== undefined) return toBoxes(list, Array.isArray(list.value) ? flatten(list.value) : []);
  const objects = found.filter(({ value }) => isBoxObject(value));
  const [first] = objects;
  if (first !== undefined)
    return toBoxes(
      { ...first, alone: first.alone && objects.length === 1 },
      objects.map(({ value }) => value),
    );
  return readPointPair(text);
}

// Array.isArray makes `any` of what is in the array.
function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

// [[{...}]] and [[x1, y1, x2, y2], ...] are lists; [x1, y1, x2, y2] is a list of one box.
function flatten(value: readonly unknown[]): readonly unknown[] {
  if (isNumbers(value)) return [value];
  return value.some(isNested) ? value.flatMap((item) => (isNested(item) ? item : [item])) : value;
}

function isNested(item: unknown): item is readonly unknown[] {
  return isArray(item) && !isNumbers(item);
}

function isBoxList(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  if (value.length === 0 || isNumbers(value)) return value.length === 0 || value.length === 4;
  return flatten(value).some((item) => isBoxObject(item) || (Array.isArray(item) && isNumbers(item)));
}

function isNumbers(value: readonly unknown[]): boolean {
  return value.length > 0 && value.every((item) => typeof item === 'number');
}

function isBoxObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && boxOf(value) !== undefined;
}

function boxOf(item: Readonly<Record<string, unknown>>): unknown {
  return item['bbox_2d'] ?? item['bbox'] ?? item['box'];
}

function toBoxes(found: FoundJson, values: readonly unknown[]): FoundBoxes {
  const items: LabelledAnswer[] = [];
  for (const value of values) {
    const item = toLabelled(value);
    if (item !== undefined) items.push(item);
  }
  return { items, malformed: values.length - items.length, complete: found.complete, alone: found.alone };
}

function toLabelled(value: unknown): LabelledAnswer | undefined {
  const record = isRecord(value) ? value : undefined;
  const box = record === undefined ? value : boxOf(record);
  if (!isValidBox(box) || !isInReach(box)) return undefined;
  const label = record?.['label'];
  const name = typeof label === 'string' ? label.trim().toLowerCase() : '';
  return { box, label: name === '' ? undefined : name };
}

// A valid box has its corners in order, so that these two bound all four numbers.
function isInReach(box: Box): boolean {
  return Math.min(box[0], box[1]) >= -MAX_COORDINATE && Math.max(box[2], box[3]) <= MAX_COORDINATE;
}

const NUMBER = String.raw`\s?(-?\d{1,8}(?:\.\d{1,8})?)\s?`;
const POINT_PAIR = new RegExp(String.raw`\(${NUMBER},${NUMBER}\),?\s?\(${NUMBER},${NUMBER}\)`, 'g');

function readPointPair(text: string): FoundBoxes | undefined {
  const matches = [...text.slice(-10_000).matchAll(POINT_PAIR)];
  const items = matches.flatMap((match) => toLabelled(match.slice(1, 5).map(Number)) ?? []);
  if (matches.length === 0) return undefined;
  return {
    items,
    malformed: matches.length - items.length,
    complete: true,
    alone: matches.length === 1 && matches[0]?.[0] === text.trim(),
  };
}
