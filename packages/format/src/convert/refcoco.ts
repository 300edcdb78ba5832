import { isRecord } from '../is-record.ts';
import type { Converter, DataRow } from './converter.ts';
import { boxSample } from './make-sample.ts';
import { fieldOf, fourNumbers, imagesField, optionalText, textField, wrong } from './row-fields.ts';

/**
 * RefCOCO, RefCOCO+ and RefCOCOg: one grounding sample for each expression. `bbox` is COCO's `[x, y, width, height]`; where a row keeps COCO's own
 * annotation under `raw_anns`, that one counts, since such files write `bbox` as corners.
 */
export const refcoco: Converter = {
  name: 'refcoco',
  rowFormat: '{ image | file_name, bbox: [x, y, width, height], answer | captions | sentences: expressions }',
  convert: (row, context) => {
    const { location, index } = context;
    const [x, y, width, height] = boxOf(row, location);
    const images = imagesField(row, ['image', 'images', 'image_path', 'file_name'], location);
    const id = optionalText(row, ['ref_id', 'question_id', 'ann_id', 'id'], location) ?? String(index);
    return expressionsOf(row, location).map((expression, number) =>
      boxSample({
        kind: 'grounding',
        name: 'refcoco',
        id: `refcoco-${id}-${String(number)}`,
        images,
        question: `Where is "${expression}"?`,
        boxes: [{ label: expression, box: [x, y, x + width, y + height] }],
        space: 'pixel_original',
        context,
      }),
    );
  },
};

function boxOf(row: DataRow, location: string): [number, number, number, number] {
  const raw = typeof row['raw_anns'] === 'string' ? (JSON.parse(row['raw_anns']) as unknown) : row['raw_anns'];
  return isRecord(raw) ? fourNumbers(raw['bbox'], '/raw_anns/bbox', location) : fourNumbers(row['bbox'], '/bbox', location);
}

function expressionsOf(row: DataRow, location: string): string[] {
  const value = fieldOf(row, ['captions', 'sentences', 'answer', 'sent', 'expression', 'phrase'], location);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.map((entry) => (isRecord(entry) ? textField(entry, ['sent', 'raw'], location) : entry));
  if (texts.length > 0 && texts.every((text) => typeof text === 'string')) return [...new Set(texts)];
  throw wrong(['captions'], value, { allowed: 'a list of expressions', location });
}
