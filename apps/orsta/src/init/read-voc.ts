import { basename } from 'node:path';
import { parseVoc, readXml } from '../data/parse-voc.ts';
import { gatherRows, type ReadLabels } from './labeled-image.ts';

/** Boxes of Pascal VOC annotations, one file an image, with what was repaired or left out. Throws `invalid_data`. */
export async function readVocLabels(paths: readonly string[]): Promise<ReadLabels> {
  const read = await Promise.all(
    paths.map(async (path) => {
      const name = basename(path);
      const { fileName: image, objects, warnings } = parseVoc(await readXml(path), name);
      // An image with nothing in it has no object, and is a row all the same.
      return { warnings, rows: [{ image, place: name }, ...objects.map(({ place, ...box }) => ({ image, place, box }))] };
    }),
  );
  return { images: gatherRows(read.flatMap(({ rows }) => rows)), warnings: read.flatMap(({ warnings }) => warnings) };
}
