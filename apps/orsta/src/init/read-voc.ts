import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { OrstaError } from '../errors.ts';
import { gatherRows, NO_LABEL, textOf, type LabeledImage, type LabelRow } from './labeled-image.ts';

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'object' });

interface VocFile {
  annotation?: {
    filename?: unknown;
    object?: { name?: unknown; bndbox?: Record<string, unknown> }[];
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
  const objects = annotation.object ?? [];
  const boxes = objects.map((object, index): LabelRow => {
    const place = `${name} object ${String(index + 1)}`;
    const [x1, y1, x2, y2] = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => Number(object.bndbox?.[side] ?? Number.NaN)) as [
      number,
      number,
      number,
      number,
    ];
    if (![x1, y1, x2, y2].every(Number.isFinite))
      throw new OrstaError('invalid_data', `${place} has no whole <bndbox>. Correct the annotation.`);
    return { image, place, box: { label: textOf(object.name) || NO_LABEL, box: [x1, y1, x2, y2] } };
  });
  return [{ image, place: name }, ...boxes];
}
