/**
 * Boxes in responses and ground truths: JSON items `{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}` (other keys by parameter), bare arrays
 * of four numbers, lists inside objects, and the models' own syntaxes. Coordinates stay in the space they were written in.
 */
import { isValidBox, type Box } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { isRecord } from '../is-record.ts';
import { boxOf, DEFAULT_KEYS, isContainer, labelOf, labelOfKey, type BoxKeys } from './box-keys.ts';
import { boxNumbers } from './box-numbers.ts';
import { findJson, type FoundJson } from './json.ts';
import { hasBoxTokens, nativeBoxes, type WrittenBox } from './native-boxes.ts';
import { afterThinking, answerTag } from './place.ts';
import { lastLineStatement } from './statement.ts';

/** A box with the label it was given, if any; labels are trimmed and in lower case. */
export interface LabeledAnswer {
  readonly box: Box;
  readonly label: string | undefined;
}

/** Boxes read from a text. */
export interface FoundBoxes {
  readonly items: readonly LabeledAnswer[];
  /** Entries that are no box: wrong length, not numbers, corners swapped, out of any image. */
  readonly malformed: number;
  /** False when the list was cut off. */
  readonly complete: boolean;
  /** Whether the list is all there is in the place it was read from. */
  readonly alone: boolean;
}

/**
 * Where the boxes must be: `answer_tag` (in exactly one `<answer>...</answer>`), `json` (the text after the reasoning is the
 * JSON, at most in a code fence), or `any` (the default: the last list of boxes in the tag if there is one, else in the text).
 */
export const BoxFormat = Type.Union([Type.Literal('answer_tag'), Type.Literal('json'), Type.Literal('any')], {
  description: 'where the boxes must be; any when absent',
});
export type BoxFormat = Static<typeof BoxFormat>;

/** The parameters by which a box verifier is told other keys. */
export const keyParameters = {
  box_keys: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: `keys that hold a box, whatever their case; ${DEFAULT_KEYS.box.join(', ')} when absent`,
    }),
  ),
  label_keys: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: `keys that hold its label; ${DEFAULT_KEYS.label.join(', ')} when absent`,
    }),
  ),
};

/** The keys that parameters ask for. */
export function keysOf(parameters: { readonly box_keys?: readonly string[]; readonly label_keys?: readonly string[] }): BoxKeys {
  return { box: parameters.box_keys ?? DEFAULT_KEYS.box, label: parameters.label_keys ?? DEFAULT_KEYS.label };
}

/** No image has larger coordinates; beyond this an area loses its precision. */
const MAX_COORDINATE = 1e7;

/** Where and how boxes are looked for. */
export interface BoxRules {
  readonly format?: BoxFormat | undefined;
  readonly keys?: BoxKeys;
}

/** The text that boxes are read from; `undefined` when the asked place is not there. */
export function boxPlace(response: string, format: BoxFormat = 'any'): string | undefined {
  const text = afterThinking(response);
  const tagged = answerTag(text);
  if (format === 'answer_tag') return tagged === undefined || !isSingleTag(text) ? undefined : tagged;
  return format === 'any' ? (tagged ?? text) : text;
}

/** The boxes a response answers with, from the asked place; `undefined` when there is no list of boxes there. */
export function locateBoxes(response: string, { format = 'any', keys = DEFAULT_KEYS }: BoxRules = {}): FoundBoxes | undefined {
  const place = boxPlace(response, format);
  const boxes = place === undefined ? undefined : readBoxes(place, keys);
  return format === 'json' && boxes?.alone !== true ? undefined : boxes;
}

function isSingleTag(text: string): boolean {
  return text.indexOf('<answer>') === text.lastIndexOf('<answer>') && text.indexOf('</answer>') === text.lastIndexOf('</answer>');
}

/**
 * The last array of boxes in a text; where there is none, all box objects of the text together (JSON lines), or boxes in a model's
 * own syntax. An empty array is a list of no boxes. It does not replace an earlier list, nor does `[0, 0, 0, 0]`.
 */
export function readBoxes(text: string, keys: BoxKeys = DEFAULT_KEYS): FoundBoxes | undefined {
  if (hasBoxTokens(text)) {
    const native = fromNative(text, nativeBoxes(text, 'tokens'));
    if (native !== undefined) return native;
  }
  const found = findJson(text).map((json) => ({ json, entries: entriesIn(json.value, keys) }));
  const lists = found.filter(
    ({ json, entries }) => entries !== undefined && !(isRecord(json.value) && boxOf(json.value, keys) !== undefined),
  );
  const list = lists.findLast(({ entries }) => !isNothing(entries)) ?? lists.at(-1);
  if (list?.entries !== undefined && !(isNothing(list.entries) && found.length > lists.length)) {
    const labeled = isBareNumbers(list.json.value) ? labeledBeside(text, list.entries) : undefined;
    return labeled ?? toBoxes(list.json, list.entries);
  }
  const objects = found.filter(({ entries }) => entries !== undefined && entries.length > 0);
  const [first] = objects;
  if (first !== undefined) {
    const alone = first.json.alone && objects.length === 1;
    return toBoxes(
      { ...first.json, alone },
      objects.flatMap(({ entries = [] }) => entries),
    );
  }
  return fromNative(text, nativeBoxes(text, 'points'));
}

/** A candidate for a box: its value, and the label it has. */
interface Entry {
  readonly value: unknown;
  readonly label: string | undefined;
}

const MAX_DEPTH = 5;

/** The candidates for boxes in a JSON value; `undefined` where it is not about boxes. */
function entriesIn(value: unknown, keys: BoxKeys): readonly Entry[] | undefined {
  if (isArray(value)) return isBoxList(value, keys) ? listEntries(value, keys) : undefined;
  if (!isRecord(value)) return undefined;
  if (boxOf(value, keys) !== undefined) return [entryOf(value, keys)];
  const nested = nestedEntries(value, keys, 0);
  return nested.length === 0 && !hasEmptyList(value) ? undefined : nested;
}

/** `{"objects": []}` says that there is nothing. */
function hasEmptyList(record: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(record).some(([key, value]) => isArray(value) && value.length === 0 && isContainer(key));
}

function listEntries(value: readonly unknown[], keys: BoxKeys): readonly Entry[] {
  if (isBox(boxNumbers(value))) return [{ value, label: undefined }];
  const flat = value.some(isList) ? value.flatMap((item) => (isList(item) ? item : [item])) : value;
  return flat.map((item) => entryOf(item, keys));
}

function entryOf(value: unknown, keys: BoxKeys): Entry {
  if (!isRecord(value)) return { value, label: undefined };
  return { value: boxOf(value, keys), label: labelOf(value, keys) };
}

function nestedEntries(value: Readonly<Record<string, unknown>>, keys: BoxKeys, depth: number): readonly Entry[] {
  if (depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly Entry[] => {
    const label = labelOfKey(key);
    const entries =
      isRecord(inner) && boxOf(inner, keys) === undefined ? nestedEntries(inner, keys, depth + 1) : (entriesIn(inner, keys) ?? []);
    return entries.map((entry) => ({ value: entry.value, label: entry.label ?? label }));
  });
}

// Array.isArray makes `any` of what is in the array.
function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');
}

function isBox(value: unknown): boolean {
  return isNumbers(value) && value.length === 4;
}

// [[{...}]] and [[x1, y1, x2, y2], ...] are lists; [x1, y1, x2, y2] is a list of one box.
function isList(item: unknown): item is readonly unknown[] {
  return isArray(item) && !isNumbers(item) && !isBox(boxNumbers(item));
}

function isBoxList(value: readonly unknown[], keys: BoxKeys): boolean {
  if (value.length === 0 || isBox(boxNumbers(value))) return true;
  if (isNumbers(value)) return false;
  return value
    .flatMap((item) => (isList(item) ? item : [item]))
    .some((item) => (isRecord(item) ? boxOf(item, keys) !== undefined : isBox(boxNumbers(item))));
}

function isBareNumbers(value: unknown): boolean {
  return isArray(value) && isBox(boxNumbers(value));
}

function isZeros(value: unknown): boolean {
  return isNumbers(value) && value.every((number) => number === 0);
}

/** No box at all, or one of zeros, which models write for "none". */
function isNothing(entries: readonly Entry[] | undefined): boolean {
  return entries === undefined || entries.every(({ value }) => isZeros(boxNumbers(value)));
}

function toBoxes(found: FoundJson, entries: readonly Entry[]): FoundBoxes {
  const items = entries.flatMap((entry) => toLabeled(entry) ?? []);
  return { items, malformed: entries.length - items.length, complete: found.complete, alone: found.alone };
}

function toLabeled({ value, label }: Entry): LabeledAnswer | undefined {
  const box = boxNumbers(value);
  return isValidBox(box) && isInReach(box) ? { box, label } : undefined;
}

// A valid box has its corners in order, so that these two bound all four numbers.
function isInReach(box: Box): boolean {
  return Math.min(box[0], box[1]) >= -MAX_COORDINATE && Math.max(box[2], box[3]) <= MAX_COORDINATE;
}

// "laptop: [334, 557, 468, 614]", one or several.
function labeledBeside(text: string, entries: readonly Entry[]): FoundBoxes | undefined {
  const written = nativeBoxes(text, 'labeled');
  if (entries.length !== 1 || !written.some(({ label }) => label !== undefined) || !written.every(({ label }) => label !== undefined))
    return undefined;
  return fromNative(text, written);
}

function fromNative(text: string, written: readonly WrittenBox[]): FoundBoxes | undefined {
  const [first] = written;
  if (first === undefined) return undefined;
  const items = written.flatMap(({ numbers, label }) => toLabeled({ value: numbers, label }) ?? []);
  const alone = written.length === 1 && text.trim().length === first.end - first.start;
  return { items, malformed: written.length - items.length, complete: true, alone };
}

const NOTHING =
  /^(?:(?:there (?:is|are)|i (?:can )?see|the image (?:has|contains|shows)|we see) )?(?:no|none|nothing|n\/a|null|not)\b[^\d[\]{}]{0,80}$|^[^\d[\]{},，。]{0,12}(?:没有|沒有|无(?![法关關效論论需]))[^\d[\]{}]{0,40}$/i;

const NO_ANSWER = /^(?:no (?:idea|answer|way)|not (?:sure|certain|clear|known|possible|enough))\b/i;

/** Whether a response says that there is nothing to find: `[]`, "No objects", "none". */
export function saysNoBoxes(response: string, { format = 'any', keys = DEFAULT_KEYS }: BoxRules = {}): boolean {
  const place = boxPlace(response, format);
  if (place === undefined) return false;
  const boxes = readBoxes(place, keys);
  if (boxes !== undefined) return boxes.items.length === 0 && boxes.malformed === 0 && boxes.complete;
  const line = lastLineStatement(place).text.trim();
  return NOTHING.test(line) && !NO_ANSWER.test(line);
}
