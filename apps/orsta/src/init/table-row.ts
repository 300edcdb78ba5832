// One row of a table of labels, by the names that tools write: Labelbox, CVAT, Roboflow, TensorFlow's object detection and people by hand.
import { OrstaError } from '../errors.ts';
import { NO_LABEL, textOf, type LabeledBox, type LabelRow } from './labeled-image.ts';

const IMAGE = ['image', 'file', 'filename', 'file_name', 'path', 'image_path', 'img'];
const LABEL = ['label', 'class', 'name', 'category'];
const ANSWER = ['answer', 'text', 'count', 'target', 'value'];
const QUESTION = ['question', 'prompt'];
const CORNERS = [
  ['x1', 'xmin', 'left'],
  ['y1', 'ymin', 'top'],
  ['x2', 'xmax', 'right'],
  ['y2', 'ymax', 'bottom'],
];
const SIZED = [
  ['x', 'left'],
  ['y', 'top'],
  ['w', 'width'],
  ['h', 'height'],
];

/** The column names that are understood, for `--help` and messages. */
export const COLUMNS_HELP = `image; then x1,y1,x2,y2 (or xmin,ymin,xmax,ymax, or x,y,w,h) with label, or answer; question if you want your own`;

/** Reads a row of a CSV file or an object of a JSONL file. Throws `invalid_data` that names the place and what is missing. */
export function readTableRow(row: Readonly<Record<string, unknown>>, place: string): LabelRow {
  const values = new Map(Object.entries(row).map(([name, value]) => [name.trim().toLowerCase(), textOf(value)]));
  const take = (names: readonly string[]): string | undefined =>
    names.map((name) => values.get(name)).find((value) => value !== undefined && value !== '');
  const image = take(IMAGE);
  if (image === undefined)
    throw new OrstaError(
      'invalid_data',
      `${place} names no image; its columns are ${[...values.keys()].join(', ')}. Understood: ${COLUMNS_HELP}.`,
    );
  const question = take(QUESTION);
  const box = readBox(take, { label: take(LABEL), place });
  const answer = box === undefined ? (take(ANSWER) ?? take(LABEL)) : undefined;
  return {
    image,
    place,
    ...(box === undefined ? {} : { box }),
    ...(answer === undefined ? {} : { answer }),
    ...(question === undefined ? {} : { question }),
  };
}

function readBox(
  take: (names: readonly string[]) => string | undefined,
  { label, place }: { label: string | undefined; place: string },
): LabeledBox | undefined {
  const corners = CORNERS.map(take);
  if (corners.every((value) => value !== undefined))
    return { label: label ?? NO_LABEL, box: toBox(corners.map((value) => numberOf(value, place))) };
  const sized = SIZED.map(take);
  if (!sized.every((value) => value !== undefined)) return undefined;
  const [x, y, width, height] = sized.map((value) => numberOf(value, place)) as [number, number, number, number];
  return { label: label ?? NO_LABEL, box: [x, y, x + width, y + height] };
}

function toBox(values: readonly number[]): LabeledBox['box'] {
  const [x1, y1, x2, y2] = values as [number, number, number, number];
  return [x1, y1, x2, y2];
}

function numberOf(text: string, place: string): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new OrstaError('invalid_data', `${place} has "${text}" for a side of a box; give a number of pixels.`);
}
