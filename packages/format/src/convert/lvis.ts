import { detectionSamples, imageRows } from './coco.ts';
import type { Converter } from './converter.ts';
import { isRecord } from '../is-record.ts';

/**
 * LVIS: like COCO, but only some categories of an image are labeled completely. Those named in `not_exhaustive_category_ids` are left out, since
 * an object that nobody marked would count as a false one.
 */
export const lvis: Converter = {
  name: 'lvis',
  rowFormat: 'as coco, with images: [{ id, coco_url, not_exhaustive_category_ids }]',
  rows: (document, location) => imageRows(document, location),
  convert: (row, context) => {
    const incomplete = row['not_exhaustive_category_ids'];
    const objects = Array.isArray(row['objects']) ? row['objects'] : [];
    const complete = objects.filter(
      (object) => !(Array.isArray(incomplete) && isRecord(object) && incomplete.includes(object['category_id'])),
    );
    const readable = complete.map((object) =>
      isRecord(object) && typeof object['label'] === 'string'
        ? { ...object, label: object['label'].replaceAll('_', ' ') }
        : (object as unknown),
    );
    return detectionSamples({ ...row, objects: readable }, context, 'lvis');
  },
};
