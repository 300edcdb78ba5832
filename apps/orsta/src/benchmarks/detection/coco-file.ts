/** COCO's files: annotations as questions, one for each image, and results as responses. */
import { basename, dirname, join } from 'node:path';
import type { CocoAnnotation, CocoId } from '@vtriune/iou';
import { OrstaError } from '../../errors.ts';
import type { Question, QuestionImage } from '../contract.ts';
import { isRecord } from '../../is-record.ts';
import { filesOf, readJsonFile, shown } from '../read-rows.ts';

/** A category. */
export interface Category {
  readonly id: CocoId;
  readonly name: string;
}

/** What is true of an image. */
export interface DetectionTruth {
  /** Name of the annotation file, without its ending; ids of different files are apart. */
  readonly set: string;
  readonly image: CocoId;
  readonly annotations: readonly CocoAnnotation[];
  /** All of the file. */
  readonly categories: readonly Category[];
  /** What the question asks for. */
  readonly asked: readonly string[];
}

interface CocoImage {
  readonly id: CocoId;
  readonly file_name: string;
  readonly asked?: readonly string[];
}

/** Questions of an annotation file, or of a folder of them. Throws `invalid_data` with the place. */
export async function* readAnnotations(
  data: string,
  options: { readonly images: boolean; readonly folders: (set: string) => readonly string[] },
): AsyncGenerator<Question<DetectionTruth>> {
  for (const file of await filesOf(data)) {
    const set = basename(file).replace(/\.json$/, '');
    const { images, annotations, categories } = parseFile(await readJsonFile(file), file);
    const byImage = new Map<CocoId, CocoAnnotation[]>();
    for (const annotation of annotations) byImage.set(annotation.image_id, [...(byImage.get(annotation.image_id) ?? []), annotation]);
    const names = new Map(categories.map(({ id, name }) => [id, name]));
    for (const image of images) {
      const own = byImage.get(image.id) ?? [];
      const asked = image.asked ?? [...new Set(own.map(({ category_id }) => names.get(category_id) ?? String(category_id)))];
      yield {
        id: `${set}/${String(image.id)}`,
        prompts: { official: plainPrompt(asked), paper: paperPrompt(asked) },
        images: options.images ? [imageIn(dirname(file), image.file_name, options.folders(set))] : [],
        groups: { set: [set], objects: own.length === 0 ? ['none'] : [own.length === 1 ? 'single' : 'multiple'] },
        truth: { set, image: image.id, annotations: own, categories, asked },
      };
    }
  }
}

function imageIn(folder: string, name: string, folders: readonly string[]): QuestionImage {
  return { path: join(folder, ...folders, name) };
}

function plainPrompt(asked: readonly string[]): string {
  return `Detect all objects of these categories: ${asked.join(', ')}. Write them as JSON, [{"bbox_2d": [x1, y1, x2, y2], "label": "category"}, ...], in pixels of the image.`;
}

/** In the form that the paper trained and tested with; its wording is our own. */
function paperPrompt(asked: readonly string[]): string {
  return `Look at the image step by step and find every instance of: ${asked.join(', ')}. Coordinates are relative to the original image. Write the result between answer tags: <answer>[{'bbox_2d': [x1, y1, x2, y2], 'label': 'category'}, ...]</answer>`;
}

function parseFile(json: unknown, file: string): { images: CocoImage[]; annotations: CocoAnnotation[]; categories: Category[] } {
  const list = (name: string): unknown[] => {
    const value = isRecord(json) ? json[name] : undefined;
    if (Array.isArray(value)) return value as unknown[];
    throw new OrstaError('invalid_data', `${file} has no list "${name}"; COCO's annotations have images, annotations and categories.`);
  };
  return {
    images: list('images').map((own, index) => parseImage(own, `${file}: images[${String(index)}]`)),
    annotations: list('annotations').map((own, index) => parseAnnotation(own, `${file}: annotations[${String(index)}]`)),
    categories: list('categories').map((own, index) => parseCategory(own, `${file}: categories[${String(index)}]`)),
  };
}

function isId(value: unknown): value is CocoId {
  return typeof value === 'number' || typeof value === 'string';
}

/** OVDEval names what each image is asked for: `text`, and what is not there: `neg_text`. */
function parseImage(value: unknown, place: string): CocoImage {
  if (!isRecord(value) || !isId(value['id']) || typeof value['file_name'] !== 'string')
    throw new OrstaError('invalid_data', `${place} is ${shown(value)}; an id and a file_name are needed.`);
  const texts = ['text', 'neg_text'].flatMap((name) => (Array.isArray(value[name]) ? (value[name] as unknown[]).map(String) : []));
  return { id: value['id'], file_name: value['file_name'], ...(texts.length === 0 ? {} : { asked: texts }) };
}

function parseAnnotation(value: unknown, place: string): CocoAnnotation {
  const bbox = isRecord(value) && Array.isArray(value['bbox']) ? value['bbox'].map(Number) : [];
  if (!isRecord(value) || !isId(value['image_id']) || !isId(value['category_id']) || bbox.length !== 4 || !bbox.every(Number.isFinite))
    throw new OrstaError('invalid_data', `${place} is ${shown(value)}; image_id, category_id and a bbox of four numbers are needed.`);
  const { area, iscrowd } = value;
  return {
    image_id: value['image_id'],
    category_id: value['category_id'],
    bbox,
    ...(typeof area === 'number' ? { area } : {}),
    ...(typeof iscrowd === 'number' ? { iscrowd } : {}),
  };
}

function parseCategory(value: unknown, place: string): Category {
  if (isRecord(value) && isId(value['id']) && typeof value['name'] === 'string') return { id: value['id'], name: value['name'] };
  throw new OrstaError('invalid_data', `${place} is ${shown(value)}; an id and a name are needed.`);
}

/**
 * Responses of COCO's results, `[{ image_id, category_id, bbox, score }]`: for each image the list of its boxes, with `category_id` in place of a label. A folder holds a file for each
 * set, named like its annotations; a single file is that of the single set.
 */
export async function* readResults(path: string): AsyncGenerator<[id: string, response: string]> {
  for (const file of await filesOf(path)) {
    const json = await readJsonFile(file);
    if (!Array.isArray(json)) throw new OrstaError('invalid_data', `${file} holds no list of results.`);
    const byImage = new Map<CocoId, object[]>();
    for (const [index, row] of (json as unknown[]).entries()) {
      if (!isRecord(row) || !isId(row['image_id']) || !Array.isArray(row['bbox']))
        throw new OrstaError(
          'invalid_data',
          `${file}: [${String(index)}] is ${shown(row)}; image_id, category_id, bbox and score are needed.`,
        );
      const [x = NaN, y = NaN, width = NaN, height = NaN] = row['bbox'].map(Number);
      const box = {
        bbox_2d: [x, y, x + width, y + height],
        label: `#${String(row['category_id'])}`,
        score: Number(row['score'] ?? 1),
        xywh: [x, y, width, height],
      };
      const boxes = byImage.get(row['image_id']);
      if (boxes === undefined) byImage.set(row['image_id'], [box]);
      else boxes.push(box);
    }
    const set = basename(file).replace(/(?:_results)?\.json$/, '');
    for (const [image, boxes] of byImage) yield [`${set}/${String(image)}`, JSON.stringify(boxes)];
  }
}
