import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { parse } from 'yaml';
import { OrstaError } from '../errors.ts';
import { gatherRows, type LabeledImage, type LabelRow } from './labeled-image.ts';

/**
 * Boxes of YOLO label files: `class x-center y-center width height` a line, in shares of the image. Class names are those of `classes.txt`
 * or of `names` in `data.yaml`, and `class 0`, `class 1` where there is neither. Throws `invalid_data`.
 */
export async function readYoloLabels(folder: string, images: ReadonlyMap<string, string>): Promise<LabeledImage[]> {
  const names = await classNames(folder);
  const rows = await Promise.all(
    [...images].map(async ([image, labels]) => {
      const { width, height } = await sharp(join(folder, image)).metadata();
      const lines = (await readFile(labels, 'utf8')).split(/\r?\n/);
      const boxes = lines.flatMap((line, index) =>
        line.trim() === '' ? [] : [readLine(line, { image, place: `${basename(labels)}:${String(index + 1)}`, width, height, names })],
      );
      return [{ image, place: basename(labels) }, ...boxes];
    }),
  );
  return gatherRows(rows.flat());
}

function readLine(line: string, at: { image: string; place: string; width: number; height: number; names: readonly string[] }): LabelRow {
  const values = line.trim().split(/\s+/).map(Number);
  const [kind, x, y, w, h] = values as [number, number, number, number, number];
  if (values.length < 5 || !values.every(Number.isFinite) || [x, y, w, h].some((share) => share < 0 || share > 1))
    throw new OrstaError(
      'invalid_data',
      `${at.place} is "${line.trim()}"; a line of YOLO is a class and four shares of the image between 0 and 1.`,
    );
  const label = at.names.length === 0 ? `class ${String(kind)}` : at.names[kind];
  if (label === undefined)
    throw new OrstaError(
      'invalid_data',
      `${at.place} is of class ${String(kind)}, which has no name. The names are ${at.names.join(', ')}, counted from 0; add one, or correct the line.`,
    );
  const sides = [(x - w / 2) * at.width, (y - h / 2) * at.height, (x + w / 2) * at.width, (y + h / 2) * at.height].map(Math.round);
  return { image: at.image, place: at.place, box: { label, box: sides as [number, number, number, number] } };
}

async function classNames(folder: string): Promise<string[]> {
  const places = [folder, join(folder, 'labels'), dirname(folder)];
  const text = places.map((place) => join(place, 'classes.txt')).find(existsSync);
  if (text !== undefined)
    return (await readFile(text, 'utf8'))
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const yaml = places.flatMap((place) => ['data.yaml', 'dataset.yaml'].map((name) => join(place, name))).find(existsSync);
  if (yaml === undefined) return [];
  const settings: unknown = parse(await readFile(yaml, 'utf8'));
  const names = typeof settings === 'object' && settings !== null && 'names' in settings ? settings.names : undefined;
  if (Array.isArray(names)) return names.map(String);
  if (typeof names !== 'object' || names === null)
    throw new OrstaError('invalid_data', `${basename(yaml)} has no names of classes. Write names: [cat, dog], or names: {0: cat, 1: dog}.`);
  const list: string[] = [];
  for (const [number, name] of Object.entries(names)) list[Number(number)] = String(name);
  return list;
}
