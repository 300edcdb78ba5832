/** Finds out how a folder of images is labeled and reads the labels, whatever tool wrote them. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { OrstaError } from '../errors.ts';
import type { LabeledImage, ReadLabels } from './labeled-image.ts';
import { looksLikeCoco, readCocoLabels } from './read-coco.ts';
import { readCsvLabels, readJsonlLabels } from './read-tables.ts';
import { readVocLabels } from './read-voc.ts';
import { readYoloLabels } from './read-yolo.ts';

/** Kinds of label files. */
export type LabelFormat = 'csv' | 'jsonl' | 'coco' | 'voc' | 'yolo';

/** Labels with their images as paths relative to the folder. */
export interface FoundLabels extends ReadLabels {
  readonly format: LabelFormat;
}

const IMAGES = /\.(png|jpe?g|webp|gif|tiff?|avif)$/i;

/** Reads the labels of a folder; `labels` names their file or folder where it is not among the images. Throws `invalid_data`. */
export async function readLabels(folder: string, labels?: string): Promise<FoundLabels> {
  const files = (await listFiles(folder)).sort();
  const images = files.filter((file) => IMAGES.test(file));
  if (images.length === 0) throw new OrstaError('invalid_data', `${folder} has no images; looked for PNG, JPEG, WebP, GIF, TIFF and AVIF.`);
  const candidates = labels === undefined ? files.map((file) => join(folder, file)) : await labelFiles(labels);
  const found = await readCandidates(folder, candidates, images);
  return { ...found, images: found.images.map((labeled) => ({ ...labeled, image: locate(labeled, { folder, images }) })) };
}

async function readCandidates(folder: string, candidates: readonly string[], images: readonly string[]): Promise<FoundLabels> {
  const ending = (name: string): string[] => candidates.filter((path) => extname(path).toLowerCase() === name);
  const [csv] = [...ending('.csv'), ...ending('.tsv')];
  if (csv !== undefined) return { format: 'csv', images: await readCsvLabels(csv), warnings: [] };
  const jsonl = ending('.jsonl').find((path) => !/^(train|test|samples)\.jsonl$/.test(basename(path))) ?? ending('.jsonl')[0];
  if (jsonl !== undefined) return { format: 'jsonl', images: await readJsonlLabels(jsonl), warnings: [] };
  for (const path of ending('.json'))
    if (await looksLikeCoco(path)) return { format: 'coco', images: await readCocoLabels(path), warnings: [] };
  const xml = ending('.xml');
  if (xml.length > 0) return { format: 'voc', ...(await readVocLabels(xml)) };
  const texts = new Map(ending('.txt').map((path) => [basename(path, '.txt'), path]));
  const pairs = images.flatMap((image) => {
    const text = texts.get(basename(image, extname(image)));
    return text === undefined ? [] : [[image, text] as const];
  });
  if (pairs.length > 0) return { format: 'yolo', images: await readYoloLabels(folder, new Map(pairs)), warnings: [] };
  throw new OrstaError(
    'invalid_data',
    `${folder} has ${String(images.length)} images and no labels. Put a CSV, JSONL, COCO .json, VOC .xml or YOLO .txt file beside them, or name it with --labels.`,
  );
}

async function labelFiles(labels: string): Promise<string[]> {
  if (!existsSync(labels)) throw new OrstaError('usage', `${labels} does not exist. Name a file or folder of labels.`);
  const names = await listFiles(labels).catch(() => undefined);
  return names === undefined ? [labels] : names.sort().map((name) => join(labels, name));
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Label files name images by their path, or by their bare name wherever they are, or by the path of another machine. */
function locate({ image, place }: LabeledImage, { folder, images }: { folder: string; images: readonly string[] }): string {
  const written = image.replaceAll('\\', '/');
  if (images.includes(written)) return written;
  const name = basename(written);
  const same = images.filter((candidate) => basename(candidate) === name);
  const [only] = same;
  if (only !== undefined && same.length === 1) return only;
  const reason = only === undefined ? 'is not in' : `is there ${String(same.length)} times in`;
  throw new OrstaError('invalid_data', `${place} names the image ${image}, which ${reason} ${folder}. Correct the path.`);
}
