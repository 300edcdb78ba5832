import { OrstaError } from '../errors.ts';
import type { LabeledImage } from '../init/labeled-image.ts';

/** New names of classes by their old ones. */
export type Renames = ReadonlyMap<string, string>;

/** Reads `RBC=ball`, a pair for each class. Throws `usage` for a text that is no pair, and for a class that comes twice. */
export function readRenames(pairs: readonly string[] = []): Renames {
  const renames = new Map<string, string>();
  for (const pair of pairs) {
    const [old = '', name = '', ...more] = pair.split('=').map((part) => part.trim());
    if (old === '' || name === '' || more.length > 0)
      throw new OrstaError('usage', `--rename ${JSON.stringify(pair)} is not OLD=NEW. Write, for example, --rename RBC=ball WBC=flower.`);
    if (renames.has(old)) throw new OrstaError('usage', `--rename names the class ${JSON.stringify(old)} twice. Leave one out.`);
    renames.set(old, name);
  }
  return renames;
}

/** Objects with the new names of their classes; classes that are not renamed keep theirs. */
export function renamed<T extends { readonly label: string }>(objects: readonly T[], renames: Renames): T[] {
  return objects.map((object) => ({ ...object, label: renames.get(object.label) ?? object.label }));
}

/** Labeled images with the new names. Throws `usage` where a class that is to be renamed is in none of them. */
export function renamedImages(images: readonly LabeledImage[], renames: Renames = new Map()): LabeledImage[] {
  checkRenames(
    renames,
    images.flatMap(({ boxes }) => boxes.map(({ label }) => label)),
  );
  return images.map((labeled) => ({ ...labeled, boxes: renamed(labeled.boxes, renames) }));
}

/** Throws `usage` where a class that is to be renamed is in none of the images. */
export function checkRenames(renames: Renames, labels: readonly string[]): void {
  const known = [...new Set(labels)].sort();
  const missing = [...renames.keys()].find((old) => !known.includes(old));
  if (missing === undefined) return;
  throw new OrstaError('usage', `--rename: there is no class ${JSON.stringify(missing)}; the classes are ${known.join(', ')}.`);
}
