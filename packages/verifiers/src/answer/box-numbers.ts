import { isRecord } from '../is-record.ts';

const CORNERS: readonly (readonly [string, string, string, string])[] = [
  ['x1', 'y1', 'x2', 'y2'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['left', 'top', 'right', 'bottom'],
];

function cornersOf(value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const keys = CORNERS.find((names) => names.every((name) => typeof value[name] === 'number'));
  return keys?.map((name) => value[name]);
}

function isNumbers(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((item) => typeof item === 'number');
}

/** True for a record with the four corners under names. */
export function isBoxLike(value: unknown): boolean {
  return isRecord(value) && cornersOf(value) !== undefined;
}

/** The four numbers of `[x1, y1, x2, y2]`, `[[x1, y1], [x2, y2]]`, `[[x1, y1, x2, y2]]`, or named corners; other values come back as they are. */
export function boxNumbers(value: unknown): unknown {
  if (isRecord(value)) return cornersOf(value) ?? value;
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  if (items.length === 1 && isNumbers(items[0], 4)) return items[0];
  const [from, to] = items;
  return items.length === 2 && isNumbers(from, 2) && isNumbers(to, 2) ? [...from, ...to] : value;
}
