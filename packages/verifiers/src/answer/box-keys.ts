/** Under which keys models write a box and its label. Case, `_` and `-` do not count: `BBox`, `bounding_box` and `boundingBox` are known. */
import { isBoxLike } from './box-numbers.ts';

/** The keys that are looked at, most usual first. */
export interface BoxKeys {
  readonly box: readonly string[];
  readonly label: readonly string[];
}

/** What is read without parameters. */
export const DEFAULT_KEYS: BoxKeys = {
  box: ['bbox_2d', 'bbox', 'box', 'box_2d', 'bounding_box', 'position', 'coordinates', 'coords', 'rect', 'rectangle', 'region'],
  label: ['label', 'category', 'class', 'name', 'class_name', 'category_name', 'sub_label', 'object', 'ref', 'text', 'type'],
};

/** Keys of lists and wrappers, which say nothing of what is in the box. */
const CONTAINERS: ReadonlySet<string> = new Set(
  'objects object detections detection boxes bboxes answer answers list items results result predictions annotations data output regions'.split(
    ' ',
  ),
);

/** No record of a box has more. */
const MAX_KEYS = 64;

function plain(key: string): string {
  return key.toLowerCase().replace(/[_\-\s]/g, '');
}

/** The first of these keys that a record has, whatever its case. */
function valueUnder(record: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  for (const key of keys) if (record[key] !== undefined) return record[key];
  if (Object.keys(record).length > MAX_KEYS) return undefined;
  const known = new Map(Object.entries(record).map(([key, value]) => [plain(key), value] as const));
  return keys.map((key) => known.get(plain(key))).find((value) => value !== undefined);
}

/** What is written as the box of a record; `undefined` where it has none. */
export function boxOf(record: Readonly<Record<string, unknown>>, keys: BoxKeys): unknown {
  const value = valueUnder(record, keys.box);
  return value === undefined && isBoxLike(record) ? record : value;
}

/** The label of a record, trimmed and in lower case; `undefined` where it has none. */
export function labelOf(record: Readonly<Record<string, unknown>>, keys: BoxKeys): string | undefined {
  const label = valueUnder(record, keys.label);
  return typeof label === 'string' && label.trim() !== '' ? label.trim().toLowerCase() : undefined;
}

/** Whether a key only wraps a list of boxes: `objects`, `detections`. */
export function isContainer(key: string): boolean {
  return CONTAINERS.has(plain(key));
}

/** The label that a key gives the boxes under it, as in `{"laptop": [[1, 2, 3, 4]]}`. */
export function labelOfKey(key: string): string | undefined {
  const label = key.trim().toLowerCase();
  return isContainer(key) || label === '' ? undefined : label;
}
