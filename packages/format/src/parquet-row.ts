// A row of a Parquet file as the fields of a sample. Images may be written in any way that keeps them a list: Hugging Face `Image` structs, bare
// bytes, bare paths. An image in another shape is an error and never left out, for a sample without its image still looks like a sample.
import { FormatError } from './errors.ts';
import { isRecord } from './is-record.ts';
import { DETECTION_RATIOS } from './parquet-schema.ts';
import { showValue } from './show-value.ts';

/**
 * The fields of a sample from a plain row: float32 ratios as the shortest decimal, images as `{ bytes?, path? }`. Throws FormatError
 * `invalid_sample` for images in a shape that is not a list.
 */
export function sampleOfRow(row: Record<string, unknown>, location: string): Record<string, unknown> {
  const rewardModel = row['reward_model'];
  return {
    ...row,
    images: imagesOf(row, location),
    ...(isRecord(rewardModel) ? { reward_model: withShortRatios(rewardModel) } : {}),
  };
}

/** A row with the values of JSON, in whatever columns: 64-bit integers as numbers, dates as ISO text, bytes as they are. */
export function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  return fromCell(row) as Record<string, unknown>;
}

function imagesOf(row: Record<string, unknown>, location: string): unknown[] {
  const { images } = row;
  if (images !== undefined && images !== null) {
    if (Array.isArray(images)) return images.map((image, index) => imageOf(image, { location, pointer: `/images/${index}` }));
    const message = `the column images holds ${shapeOf(images)}; allowed: a list of { bytes, path }, of bytes or of paths; make it a list, of one image too`;
    throw new FormatError('invalid_sample', message, { location, pointer: '/images' });
  }
  const other = ['image', 'picture'].find((name) => row[name] !== undefined && row[name] !== null);
  if (other === undefined) return [];
  const message = `the column ${other} holds ${shapeOf(row[other])} and there are no images; allowed: a column images with a list; rename ${other} to images and make it a list`;
  throw new FormatError('invalid_sample', message, { location, pointer: `/${other}` });
}

function imageOf(image: unknown, place: { location: string; pointer: string }): unknown {
  if (image instanceof Uint8Array) return { bytes: image };
  if (typeof image === 'string') return { path: image };
  if (isRecord(image)) {
    const { path, ...rest } = image;
    return path === '' ? rest : image;
  }
  const message = `${place.pointer} is ${showValue(image ?? null)}; allowed: { bytes, path }, bytes or a path; remove the entry or correct it`;
  throw new FormatError('invalid_sample', message, place);
}

function shapeOf(value: unknown): string {
  if (value instanceof Uint8Array) return `the ${value.length} bytes of one image`;
  if (typeof value === 'string') return `the text ${showValue(value)}`;
  return isRecord(value) ? `one struct with ${Object.keys(value).join(', ')}` : showValue(value);
}

function fromCell(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const cells = value.map(fromCell);
    return cells.some((cell, index) => cell !== value[index]) ? cells : value;
  }
  return isRecord(value) ? recordFromCells(value) : value;
}

// Most structs hold nothing that needs a change, and to copy all of them takes as long as to check them.
function recordFromCells(record: Record<string, unknown>): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined;
  for (const key in record) {
    const cell = fromCell(record[key]);
    if (cell === record[key]) continue;
    changed ??= { ...record };
    changed[key] = cell;
  }
  return changed === undefined ? record : changed;
}

function withShortRatios(model: Record<string, unknown>): Record<string, unknown> {
  const short: Record<string, unknown> = { ...model };
  for (const name of ['accuracy_ratio', 'format_ratio']) if (name in short) short[name] = shortestDecimal(short[name]);
  const parameters = model['verifier_parm'];
  const ratios = isRecord(parameters) ? parameters['det_reward_ratio'] : undefined;
  if (!isRecord(parameters) || !isRecord(ratios)) return short;
  const shortRatios: Record<string, unknown> = { ...ratios };
  for (const name of DETECTION_RATIOS) if (name in shortRatios) shortRatios[name] = shortestDecimal(shortRatios[name]);
  return { ...short, verifier_parm: { ...parameters, det_reward_ratio: shortRatios } };
}

/** The decimal with the fewest digits that is stored as this float32; a number that is no float32 stays as it is. */
export function shortestDecimal(value: unknown): unknown {
  // 0 is as short as can be, and -0 would lose its sign on the way through text.
  if (typeof value !== 'number' || value === 0 || Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
