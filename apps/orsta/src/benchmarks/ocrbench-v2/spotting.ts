/**
 * Text spotting: boxes with their texts, in thousandths, by the evaluation of the Robust Reading Competition (`eval_scripts/spotting_eval`): the harmonic mean of precision
 * and recall, where a box is right with an IoU above 0.5 and the same text, whatever the case and one mark at each end. Texts `###` are not counted.
 */
import { intersectionArea, iou, type Box } from '@vtriune/iou';
import { parseIntText } from '../python/float.ts';
import { literalEval } from '../python/literal.ts';
import { isListOrTuple, str } from '../python/value.ts';
import { strip } from '../text/python-text.ts';

/** A box and what is written in it. */
export interface SpottedText {
  readonly box: Box;
  readonly text: string;
}

const MARKS = '!?.:,*"()·[]/\'';
const ITEM = /[[(]\s*([^[\]()]*?)\s*[\])]/g;

/** The right texts of a question: polygons of four corners and their contents. */
export function rightTexts(polygons: unknown, contents: unknown): SpottedText[] {
  if (!Array.isArray(polygons) || !Array.isArray(contents)) return [];
  return contents.slice(0, polygons.length).map((text, index) => {
    const corners: unknown = polygons[index];
    const sides = Array.isArray(corners) ? corners.map(Number) : [];
    const [xs, ys] = [0, 1].map((axis) => sides.filter((_, place) => place % 2 === axis)) as [number[], number[]];
    return { box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], text: unquoted(String(text)) };
  });
}

/** The boxes of a response: a list `[[x1, y1, x2, y2, "text"], ...]`, or such items anywhere in it. */
export function readSpotted(response: string): SpottedText[] {
  const value = literalEval(response);
  const rows = value === undefined ? [...response.matchAll(ITEM)].map(([, item = '']) => partsOf(item)) : rowsOf(value);
  const seen = new Set<string>();
  return rows.flatMap(([x1 = '', y1 = '', x2 = '', y2 = '', text]) => {
    const box = [x1, y1, x2, y2].map((side) => parseIntText(side)).filter((side) => side !== undefined && side >= 0 && side <= 1000);
    const [left, top, right, bottom] = box;
    if (text === undefined || left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
    const content = strip(strip(text.replaceAll('\n', '').trim(), '"'), "'");
    const key = JSON.stringify([box, content]);
    if (seen.has(key)) return [];
    seen.add(key);
    return left < right && top < bottom ? [{ box: [left, top, right, bottom], text: unquoted(content) }] : [];
  });
}

function rowsOf(value: NonNullable<ReturnType<typeof literalEval>> | null): string[][] {
  if (value === null || !isListOrTuple(value)) return [];
  return value.items.flatMap((item) => (isListOrTuple(item) && item.items.length >= 5 ? [item.items.slice(0, 5).map(str)] : []));
}

/** Split at the first four commas. */
function partsOf(item: string): string[] {
  const parts = item.split(',');
  return parts.length < 5 ? [] : [...parts.slice(0, 4), parts.slice(4).join(',')];
}

/** A text in double quotes is what is between them, with `\\` and `\"` read. */
function unquoted(text: string): string {
  const inner = /^\s*"(.*)"\s*$/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replaceAll('\\\\', '\\').replaceAll('\\"', '"');
}

/** The harmonic mean of precision and recall in `[0, 1]`. */
export function spotting(found: readonly SpottedText[], right: readonly SpottedText[]): number {
  const ignored = right.filter(({ text }) => text === '###');
  const wanted = right.filter(({ text }) => text !== '###');
  const counted = found.filter(({ box }) => !ignored.some((other) => intersectionArea(other.box, box) / areaOf(box) > 0.5));
  const taken = new Set<SpottedText>();
  let correct = 0;
  for (const truth of wanted) {
    // The first box that overlaps is taken, right or wrong.
    const match = counted.find((one) => !taken.has(one) && iou(truth.box, one.box) > 0.5);
    if (match === undefined) continue;
    taken.add(match);
    if (sameText(truth.text.toUpperCase(), match.text.toUpperCase())) correct += 1;
  }
  const [recall, precision] = [wanted, counted].map(({ length }) => (length === 0 ? 0 : correct / length)) as [number, number];
  return recall + precision === 0 ? 0 : (2 * recall * precision) / (recall + precision);
}

function areaOf([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1);
}

function sameText(right: string, own: string): boolean {
  if (right === own) return true;
  const [first, last] = [right.slice(0, 1), right.slice(-1)].map((mark) => mark !== '' && MARKS.includes(mark));
  return (
    (first === true && right.slice(1) === own) ||
    (last === true && right.slice(0, -1) === own) ||
    (first === true && last === true && right.slice(1, -1) === own)
  );
}
