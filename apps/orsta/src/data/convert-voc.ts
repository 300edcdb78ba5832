/**
 * Pascal VOC annotations to samples: for every image one detection sample (all boxes of all classes) and one counting sample a class.
 * Ground truth stays in pixels of the stored image; responses are asked for in pixels of the image as the model sees it, as Qwen2.5-VL
 * writes boxes. Every fifth image is a test image, so that no image is in both files.
 */
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import type { Box } from '@vtriune/iou';
import { OrstaError } from '../errors.ts';

/** Where a converter reads and writes. */
export interface ConvertPlace {
  readonly from: string;
  readonly out: string;
}

/** A file that a converter wrote. */
export interface WrittenFile {
  readonly path: string;
  readonly samples: number;
}

/** An annotated image. */
export interface VocAnnotation {
  readonly fileName: string;
  readonly objects: readonly { readonly label: string; readonly box: Box }[];
}

/** Of this many images one is for testing. */
export const TEST_EVERY = 5;

/** Converts a folder with `Annotations` and `JPEGImages` to `train.jsonl`, `test.jsonl` and `images/`. Throws `invalid_data`. */
export async function convertVoc({ from, out }: ConvertPlace): Promise<WrittenFile[]> {
  const names = (await readdir(join(from, 'Annotations')).catch(() => [])).filter((name) => name.endsWith('.xml')).sort();
  if (names.length === 0) throw new OrstaError('invalid_data', `${from} has no Annotations/*.xml. Give a folder in the Pascal VOC layout.`);
  const annotations = await Promise.all(names.map(async (name) => parseVoc(await readFile(join(from, 'Annotations', name), 'utf8'), name)));
  await mkdir(join(out, 'images'), { recursive: true });
  for (const { fileName } of annotations) await copyFile(join(from, 'JPEGImages', fileName), join(out, 'images', fileName));
  const labels = [...new Set(annotations.flatMap(({ objects }) => objects.map(({ label }) => label)))].sort();
  return Promise.all(
    (['train', 'test'] as const).map(async (split) => {
      const own = annotations.filter((_, index) => (index % TEST_EVERY === TEST_EVERY - 1 ? 'test' : 'train') === split);
      const path = join(out, `${split}.jsonl`);
      return {
        path,
        samples: await writeJsonl(
          path,
          own.flatMap((annotation) => samplesOf(annotation, labels, split)),
        ),
      };
    }),
  );
}

/** Reads one annotation; boxes with no area are left out. Throws `invalid_data` where the file is not VOC. */
export function parseVoc(xml: string, name: string): VocAnnotation {
  const fileName = textOf(xml, 'filename');
  if (fileName === undefined) throw new OrstaError('invalid_data', `${name} has no <filename>. Give Pascal VOC annotations.`);
  const objects = [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)].map(([, object = '']) => {
    const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => Number(textOf(object, side) ?? Number.NaN));
    const [x1 = Number.NaN, y1 = Number.NaN, x2 = Number.NaN, y2 = Number.NaN] = sides;
    if (sides.some((side) => !Number.isFinite(side)))
      throw new OrstaError('invalid_data', `${name} has an <object> without a whole <bndbox>. Correct the annotation.`);
    return { label: textOf(object, 'name') ?? '', box: [x1, y1, x2, y2] as const };
  });
  return { fileName, objects: objects.filter(({ box }) => box[2] > box[0] && box[3] > box[1]) };
}

function textOf(xml: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>\\s*([^<]*?)\\s*</${tag}>`).exec(xml)?.[1];
}

function samplesOf(annotation: VocAnnotation, labels: readonly string[], split: 'train' | 'test'): Sample[] {
  const detection = annotation.objects.length === 0 ? [] : [detectionSample(annotation, labels, split)];
  return [...detection, ...labels.map((label) => countingSample(annotation, label, split))];
}

function detectionSample({ fileName, objects }: VocAnnotation, labels: readonly string[], split: string): Sample {
  const boxes = JSON.stringify(objects.map(({ label, box }) => ({ bbox_2d: box, label })));
  return {
    data_source: 'voc_detection',
    images: [{ path: `images/${fileName}` }],
    prompt: [{ role: 'user', content: `<image>\nFind every ${labels.join(', every ')}. Answer with boxes in JSON.` }],
    ability: 'detection',
    reward_model: {
      answer: boxes,
      ground_truth: boxes,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier: 'detection',
      verifier_parm: {
        det_reward_ratio: { iou_max_label_first: 1 },
        iou_threshold: 0.5,
        answer_format: 'json',
        response_space: 'pixel_resized',
      },
      coordinate_space: 'pixel_original',
    },
    extra_info: { id: `${fileName}-detection`, image_path: fileName, split },
  };
}

function countingSample({ fileName, objects }: VocAnnotation, label: string, split: string): Sample {
  const answer = String(objects.filter((object) => object.label === label).length);
  return {
    data_source: `voc_counting_${label.toLowerCase()}`,
    images: [{ path: `images/${fileName}` }],
    prompt: [{ role: 'user', content: `<image>\nHow many ${label} are there? Answer in \\boxed{}.` }],
    ability: 'counting',
    reward_model: {
      answer,
      ground_truth: answer,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier: 'counting',
      verifier_parm: { answer_format: 'boxed' },
    },
    extra_info: { id: `${fileName}-counting-${label.toLowerCase()}`, image_path: fileName, split },
  };
}
