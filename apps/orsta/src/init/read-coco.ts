import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Type, type Static } from 'typebox';
import { Ajv } from 'ajv';
import { OrstaError } from '../errors.ts';
import { gatherRows, type LabeledImage, type LabelRow } from './labeled-image.ts';

const Id = Type.Union([Type.Integer(), Type.String()]);
const Coco = Type.Object({
  images: Type.Array(Type.Object({ id: Id, file_name: Type.String() })),
  annotations: Type.Array(Type.Object({ image_id: Id, category_id: Id, bbox: Type.Array(Type.Number(), { minItems: 4, maxItems: 4 }) })),
  categories: Type.Array(Type.Object({ id: Id, name: Type.String() })),
});
const isCoco = new Ajv().compile<Static<typeof Coco>>(Coco);

/** Boxes of a COCO instances file; crowd regions are no objects and are left out. Throws `invalid_data`. */
export async function readCocoLabels(path: string): Promise<LabeledImage[]> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  const name = basename(path);
  if (!isCoco(value)) {
    const problems = new Ajv().errorsText(isCoco.errors, { dataVar: name });
    throw new OrstaError('invalid_data', `${problems}. COCO has images, annotations with bbox, and categories; give such a file.`);
  }
  const images = new Map(value.images.map((image) => [image.id, image.file_name]));
  const categories = new Map(value.categories.map((category) => [category.id, category.name]));
  const find = <T>(map: ReadonlyMap<unknown, T>, id: unknown, where: string): T => {
    const found = map.get(id);
    if (found === undefined)
      throw new OrstaError('invalid_data', `${name}: ${where} is ${JSON.stringify(id)}, which is not in the file. Correct the annotation.`);
    return found;
  };
  const boxes = value.annotations.flatMap((annotation, index): LabelRow[] => {
    if ((annotation as { iscrowd?: unknown }).iscrowd === 1) return [];
    const place = `annotations[${String(index)}]`;
    const [x, y, width, height] = annotation.bbox as [number, number, number, number];
    const label = find(categories, annotation.category_id, `${place}.category_id`);
    return [
      {
        image: find(images, annotation.image_id, `${place}.image_id`),
        place: `${name} ${place}`,
        box: { label, box: [x, y, x + width, y + height] },
      },
    ];
  });
  // Images without an annotation have nothing in them, which is an answer as well.
  return gatherRows([...value.images.map(({ file_name }) => ({ image: file_name, place: name })), ...boxes]);
}

/** Whether a JSON file looks like COCO. */
export async function looksLikeCoco(path: string): Promise<boolean> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'images' in value && 'annotations' in value;
  } catch {
    return false;
  }
}
