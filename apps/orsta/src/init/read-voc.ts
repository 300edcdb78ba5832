import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { cornersOf } from '../data/parse-voc.ts';
import { OrstaError } from '../errors.ts';
import { gatherRows, NO_LABEL, textOf, type LabeledImage, type LabelRow } from './labeled-image.ts';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'object' });

interface VocFile {
  annotation?: {
    filename?: unknown;
    object?: { name?: unknown; bndbox?: unknown }[];
  };
}

/** Boxes of Pascal VOC annotations, one file an image. Throws `invalid_data`. */
export async function readVocLabels(paths: readonly string[]): Promise<LabeledImage[]> {
  const rows = await Promise.all(paths.map(async (path) => readVoc(await readFile(path, 'utf8'), basename(path))));
  return gatherRows(rows.flat());
}

function readVoc(xml: string, name: string): LabelRow[] {
  const { annotation } = parser.parse(xml) as VocFile;
  if (typeof annotation?.filename !== 'string')
    throw new OrstaError('invalid_data', `${name} has no annotation with a <filename>. Give Pascal VOC annotations.`);
  const image = annotation.filename;
  // An image with nothing in it has no <object>.
  const { object: objects = [] } = annotation;
  const boxes = objects.map((object, index): LabelRow => {
    const place = `${name} object ${String(index + 1)}`;
    return { image, place, box: { label: textOf(object.name) || NO_LABEL, box: cornersOf(object.bndbox, place) } };
  });
  return [{ image, place: name }, ...boxes];
}
