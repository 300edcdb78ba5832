// COCO instances. The file is one document; its rows are images with their objects, and each category of an image becomes one question.
// Left out: keypoints, segmentations, and categories of an image that a crowd region belongs to, since not all of its objects are marked.
import { FormatError } from '../errors.ts';
import { isRecord } from '../is-record.ts';
import type { Sample } from '../sample.ts';
import type { ConvertContext, Converter, DataRow } from './converter.ts';
import { boxSample } from './make-sample.ts';
import { fourNumbers, has, textField, wrong } from './row-fields.ts';

/** COCO instances: one detection sample for each category of an image. Boxes are `[x, y, width, height]` in pixels of the file. */
export const coco: Converter = {
  name: 'coco',
  rowFormat: '{ images: [{ id, file_name }], annotations: [{ image_id, category_id, bbox }], categories: [{ id, name }] }',
  rows: (document, location) => imageRows(document, location),
  convert: (row, context) => detectionSamples(row, context, 'coco'),
};

/** The images of a COCO document as rows, each with its annotations under `objects`; the label of an object is the name of its category. */
export function imageRows(document: unknown, location: string): DataRow[] {
  const names = new Map(partsOf(document, 'categories', location).map((category) => [category['id'], category['name']]));
  const objects = new Map<unknown, DataRow[]>();
  for (const [index, annotation] of partsOf(document, 'annotations', location).entries()) {
    const name = names.get(annotation['category_id']);
    if (name === undefined) throw unknownCategory(annotation, index, location);
    const before = objects.get(annotation['image_id']);
    const object = { ...annotation, label: name };
    if (before === undefined) objects.set(annotation['image_id'], [object]);
    else before.push(object);
  }
  return partsOf(document, 'images', location).map((image) => ({ ...image, objects: objects.get(image['id']) ?? [] }));
}

/** One detection sample for each category that an image has objects of. */
export function detectionSamples(row: DataRow, context: ConvertContext, name: string): Sample[] {
  const path = fileOf(row, context.location);
  const byLabel = new Map<string, { box: [number, number, number, number]; crowd: boolean }[]>();
  for (const [index, object] of objectsOf(row, context.location).entries()) {
    const label = textField(object, ['label'], context.location);
    const [x, y, width, height] = fourNumbers(object['bbox'], `/objects/${String(index)}/bbox`, context.location);
    if (width <= 0 || height <= 0) continue;
    const found = { box: [x, y, x + width, y + height] as [number, number, number, number], crowd: Number(object['iscrowd']) === 1 };
    const before = byLabel.get(label);
    if (before === undefined) byLabel.set(label, [found]);
    else before.push(found);
  }
  return [...byLabel]
    .filter(([, found]) => found.every(({ crowd }) => !crowd))
    .map(([label, found]) =>
      boxSample({
        kind: 'detection',
        name,
        id: `${path}#${label}`,
        images: [{ path }],
        question: `Detect every ${label}.`,
        boxes: found.map(({ box }) => ({ label, box })),
        space: 'pixel_original',
        context,
        facts: { image_path: path },
      }),
    );
}

function fileOf(row: DataRow, location: string): string {
  if (has(row, 'file_name')) return textField(row, ['file_name'], location);
  // LVIS names its images by the address of COCO's: .../train2017/000000391895.jpg
  return textField(row, ['coco_url', 'file_name'], location).split('/').slice(-2).join('/');
}

function objectsOf(row: DataRow, location: string): DataRow[] {
  const { objects } = row;
  if (Array.isArray(objects) && objects.every(isRecord)) return objects;
  throw wrong(['objects'], objects, { allowed: 'a list of { label, bbox }', location });
}

function partsOf(document: unknown, name: string, location: string): DataRow[] {
  const part = isRecord(document) ? document[name] : undefined;
  if (Array.isArray(part) && part.every(isRecord)) return part;
  throw wrong([name], part, { allowed: 'a list of objects, as COCO instances have it', location });
}

function unknownCategory(annotation: DataRow, index: number, location: string): FormatError {
  const pointer = `/annotations/${String(index)}/category_id`;
  const message = `${pointer} is ${String(annotation['category_id'])}, which no entry of /categories has as its id; add the category`;
  return new FormatError('invalid_sample', message, { location, pointer });
}
