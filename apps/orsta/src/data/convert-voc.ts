/**
 * Pascal VOC annotations to samples: for every image one detection sample (all boxes of all classes, or with `oneClass` one for each class that is
 * in it), one counting sample a class, and one grounding sample for each class that has exactly one object in the image.
 * Ground truth stays in pixels of the stored image; responses are asked for in pixels of the image as the model sees it, as Qwen2.5-VL
 * writes boxes. Every fifth image is a test image, so that no image is in both files.
 */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import { at } from '@vtriune/format/at';
import { OrstaError } from '../errors.ts';
import { parseVoc, readXml, type VocAnnotation } from './parse-voc.ts';
import { checkRenames, renamed, type Renames } from './rename-labels.ts';

/** Where a converter reads and writes. */
export interface ConvertPlace {
  readonly from: string;
  readonly out: string;
  /** Told what was repaired or left out. */
  readonly warn: (message: string) => void;
}

/** A file that a converter wrote. */
export interface WrittenFile {
  readonly path: string;
  readonly samples: number;
}

/** Of this many images one is for testing. */
export const TEST_EVERY = 5;

/** How Pascal VOC annotations are asked about. */
export interface VocQuestions {
  /** Names of classes that the model knows, by those of the annotations. */
  readonly renames?: Renames;
  /** Detection asks for the boxes of one class at a time, and not of all together. */
  readonly oneClass?: boolean;
}

/** Converts a folder with `Annotations` and `JPEGImages` to `train.jsonl`, `test.jsonl` and `images/`. Throws `invalid_data`. */
export async function convertVoc({ from, out, warn }: ConvertPlace, questions: VocQuestions = {}): Promise<WrittenFile[]> {
  const { renames = new Map<string, string>(), oneClass = false } = questions;
  const names = (await readdir(join(from, 'Annotations')).catch(() => [])).filter((name) => name.endsWith('.xml')).sort();
  if (names.length === 0) throw new OrstaError('invalid_data', `${from} has no Annotations/*.xml. Give a folder in the Pascal VOC layout.`);
  const present = await readdir(join(from, 'JPEGImages')).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => withImage(parseVoc(await readXml(join(from, 'Annotations', name)), name), { name, present })),
  );
  refuseTwice(found, names);
  checkRenames(renames, labelsOf(found));
  const annotations = found.map((annotation) => ({ ...annotation, objects: renamed(annotation.objects, renames) }));
  for (const warning of annotations.flatMap(({ warnings }) => warnings)) warn(warning);
  await mkdir(join(out, 'images'), { recursive: true });
  for (const { fileName } of annotations) await copyFile(join(from, 'JPEGImages', fileName), join(out, 'images', fileName));
  const labels = labelsOf(annotations);
  return Promise.all(
    (['train', 'test'] as const).map(async (split) => {
      const own = annotations.filter((_, index) => (index % TEST_EVERY === TEST_EVERY - 1 ? 'test' : 'train') === split);
      const path = join(out, `${split}.jsonl`);
      return {
        path,
        samples: await writeJsonl(
          path,
          own.flatMap((annotation) => samplesOf(annotation, { labels, split, oneClass })),
        ),
      };
    }),
  );
}

/**
 * Some tools write the image's name without its ending. Throws `invalid_data` for an image that is not there, and for one in another folder, which
 * would lead out of the folder that is written.
 */
function withImage(annotation: VocAnnotation, { name, present }: { name: string; present: readonly string[] }): VocAnnotation {
  const { fileName } = annotation;
  if (/[/\\]/.test(fileName) || fileName === '..')
    throw new OrstaError(
      'invalid_data',
      `${name} names the image ${JSON.stringify(fileName)}. A <filename> has no folder; correct the annotation.`,
    );
  if (present.includes(fileName)) return annotation;
  const [only, ...others] = present.filter((file) => parse(file).name === fileName);
  if (only !== undefined && others.length === 0) return { ...annotation, fileName: only };
  throw new OrstaError(
    'invalid_data',
    `${name} names the image ${fileName}, which is not in JPEGImages. Add the image, or correct <filename>.`,
  );
}

function refuseTwice(annotations: readonly VocAnnotation[], names: readonly string[]): void {
  const annotatedBy = new Map<string, string>();
  for (const [index, { fileName }] of annotations.entries()) {
    const name = at(names, index);
    const other = annotatedBy.get(fileName);
    if (other !== undefined)
      throw new OrstaError(
        'invalid_data',
        `${other} and ${name} both name the image ${fileName}. Keep one of them, or correct <filename>.`,
      );
    annotatedBy.set(fileName, name);
  }
}

function labelsOf(annotations: readonly VocAnnotation[]): string[] {
  return [...new Set(annotations.flatMap(({ objects }) => objects.map(({ label }) => label)))].sort();
}

interface Asking {
  readonly labels: readonly string[];
  readonly split: 'train' | 'test';
  readonly oneClass: boolean;
}

function samplesOf(annotation: VocAnnotation, { labels, split, oneClass }: Asking): Sample[] {
  const all = { question: `Find every ${labels.join(', every ')}.`, objects: annotation.objects, names: [] };
  const asked = oneClass ? labels.map((label) => askForClass(annotation, label)) : [all];
  const detection = asked.filter(({ objects }) => objects.length > 0).map((wanted) => detectionSample(annotation, wanted, split));
  const counting = labels.map((label) => countingSample(annotation, label, split));
  return [...detection, ...counting, ...labels.flatMap((label) => groundingSample(annotation, label, split) ?? [])];
}

/** Where the one object of this class is; undefined for an image that has none or several of it. */
function groundingSample({ fileName, objects }: VocAnnotation, label: string, split: string): Sample | undefined {
  const [only, ...others] = objects.filter((object) => object.label === label);
  if (only === undefined || others.length > 0) return undefined;
  const box = JSON.stringify([{ bbox_2d: only.box, label }]);
  return {
    data_source: `voc_grounding_${label.toLowerCase()}`,
    images: [{ path: `images/${fileName}` }],
    prompt: [{ role: 'user', content: `<image>\nLocate the ${label}. Answer with boxes in JSON.` }],
    ability: 'grounding',
    reward_model: {
      answer: box,
      ground_truth: box,
      accuracy_ratio: 1,
      format_ratio: 0,
      verifier: 'grounding',
      verifier_parm: { iou_threshold: 0.5, answer_format: 'json', response_space: 'pixel_resized' },
      coordinate_space: 'pixel_original',
    },
    extra_info: { id: `${fileName}-grounding-${label.toLowerCase()}`, image_path: fileName, split },
  };
}

/** What a detection sample asks for. */
interface WantedBoxes {
  readonly question: string;
  readonly objects: VocAnnotation['objects'];
  /** What tells its source and id from those of other detection samples of the image. */
  readonly names: readonly string[];
}

function askForClass({ objects }: VocAnnotation, label: string): WantedBoxes {
  return { question: `Detect every ${label}.`, objects: objects.filter((object) => object.label === label), names: [label.toLowerCase()] };
}

function detectionSample({ fileName }: VocAnnotation, { question, objects, names }: WantedBoxes, split: string): Sample {
  const boxes = JSON.stringify(objects.map(({ label, box }) => ({ bbox_2d: box, label })));
  return {
    data_source: ['voc_detection', ...names].join('_'),
    images: [{ path: `images/${fileName}` }],
    prompt: [{ role: 'user', content: `<image>\n${question} Answer with boxes in JSON.` }],
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
    extra_info: { id: [fileName, 'detection', ...names].join('-'), image_path: fileName, split },
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
