import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readTextLines } from '@vtriune/format';
import { OrstaError } from '../errors.ts';
import { gatherRows, NO_LABEL, textOf, type LabeledBox, type LabeledImage, type LabelRow } from './labeled-image.ts';
import { readTableRow } from './table-row.ts';

/** Labels of a CSV file with a header; a box a line, or an answer a line. Throws `invalid_data`. */
export async function readCsvLabels(path: string): Promise<LabeledImage[]> {
  const name = basename(path);
  const text = await readFile(path, 'utf8');
  const [header = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].find((mark) => header.includes(mark)) ?? ',';
  try {
    const rows = parse(text, { columns: true, bom: true, delimiter, trim: true, skip_empty_lines: true, info: true }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    return gatherRows(rows.map(({ record, info }) => readTableRow(record, `${name}:${String(info.lines)}`)));
  } catch (cause) {
    if (cause instanceof OrstaError) throw cause;
    throw new OrstaError(
      'invalid_data',
      `${path} is no table: ${cause instanceof Error ? cause.message : String(cause)}. Give a CSV file with a header.`,
      { cause },
    );
  }
}

/** Labels of a JSONL file: the names of the CSV columns, or `boxes: [{ "label", "box" }]`, an object a line. Throws `invalid_data`. */
export async function readJsonlLabels(path: string): Promise<LabeledImage[]> {
  const rows: LabelRow[] = [];
  let line = 0;
  for await (const text of readTextLines(path)) {
    line += 1;
    if (text.trim() === '') continue;
    const place = `${basename(path)}:${String(line)}`;
    const value = parseLine(text, place);
    const { boxes, ...row } = value;
    const one = readTableRow(row, place);
    rows.push(...(Array.isArray(boxes) ? boxes.map((box) => ({ ...one, box: readBox(box, place) })) : [one]));
    if (Array.isArray(boxes) && boxes.length === 0) rows.push(one);
  }
  return gatherRows(rows);
}

function parseLine(text: string, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Named below, as is JSON of another kind.
  }
  throw new OrstaError('invalid_data', `${place} is no JSON object. Give one object a line, such as {"image": "a.jpg", "answer": "3"}.`);
}

function readBox(value: unknown, place: string): LabeledBox {
  const { label, class: kind, box, bbox, bbox_2d } = (value ?? {}) as Record<string, unknown>;
  const sides = box ?? bbox ?? bbox_2d ?? value;
  if (!Array.isArray(sides) || sides.length !== 4 || !sides.every((side) => typeof side === 'number' && Number.isFinite(side)))
    throw new OrstaError('invalid_data', `${place} has the box ${JSON.stringify(value)}; write {"label": "cat", "box": [x1, y1, x2, y2]}.`);
  const [x1, y1, x2, y2] = sides as [number, number, number, number];
  return { label: textOf(label) || textOf(kind) || NO_LABEL, box: [x1, y1, x2, y2] };
}
