/**
 * Scores boxes in two ways: COCO's evaluation over the data set (the authors'), or the mean over images of each image's own AP (the paper's, since the answers of a language model have no
 * scores). Labels that are no category of the file are passed over, as COCO's loader would refuse them.
 */
import {
  evaluateCoco,
  evaluateNmsAp,
  imageAveragePrecision,
  boxFromXywh,
  nmsApDetections,
  type CocoAnnotation,
  type CocoDetection,
  type CocoGroundTruth,
  type LabeledBox,
} from '@vtriune/iou';
import type { Judged, JudgedBox, Judgment, Question, Scorer, ScorerOptions, Summary } from '../contract.ts';
import { groupMeans, leftOutOf, mean, scoredOf } from '../summarize.ts';
import type { Category, DetectionTruth } from './coco-file.ts';
import { readBoxes, type AnsweredBox } from './read-boxes.ts';
import { resampledAp } from './resampled-ap.ts';

const STATS = ['AP', 'AP50', 'AP75', 'AP_small', 'AP_medium', 'AP_large', 'AR_1', 'AR_10', 'AR_100', 'AR_small', 'AR_medium', 'AR_large'];

interface Collected {
  readonly truth: DetectionTruth;
  readonly detections: readonly CocoDetection[];
}

/** A scorer; `nms` evaluates by OVDEval's NMS-AP. */
export function detectionScorer({ rules, seed }: ScorerOptions, nms: boolean): Scorer<DetectionTruth> {
  const collected: Collected[] = [];
  const categoryOf = createCategoryFinder();
  return {
    judge: (question, response) => {
      const { judgment, detections } = judgeImage(question, response, { nms, categoryOf });
      collected.push({ truth: question.truth, detections });
      return judgment;
    },
    summarize: (judged) => (rules === 'paper' ? meanOverImages(judged, nms) : overDataSet(judged, collected, { nms, seed })),
  };
}

function judgeImage(
  { truth }: Question<DetectionTruth>,
  response: string,
  { nms, categoryOf }: { nms: boolean; categoryOf: CategoryFinder },
): { judgment: Judgment; detections: CocoDetection[] } {
  const answered = readBoxes(response);
  const named = answered.map((box) => ({ ...box, category: categoryOf(box.label, truth.categories) }));
  const known = named.flatMap(({ category, ...box }) => (category === undefined ? [] : [{ ...box, category }]));
  const detections = known.map((box) => detectionOf(box, truth));
  const { map, map50 } = nms ? nmsApOf(truth, detections) : apOf(truth, known);
  const names = new Map(truth.categories.map(({ id, name }) => [id, name]));
  const boxes: JudgedBox[] = [
    ...truth.annotations.map(({ bbox, category_id }): JudgedBox => ({
      box: cornersOf(bbox),
      label: String(names.get(category_id)),
      of: 'truth',
    })),
    ...detections.map(({ bbox, category_id }): JudgedBox => ({
      box: cornersOf(bbox),
      label: String(names.get(category_id)),
      of: 'answer',
    })),
  ];
  const unknown = answered.length - detections.length;
  const judgment: Judgment = {
    score: truth.annotations.length === 0 ? null : map,
    answer: `${String(answered.length)} boxes`,
    expected: `${String(truth.annotations.length)} boxes`,
    why:
      truth.annotations.length === 0
        ? 'the image has no object, so that its AP is not defined'
        : `AP ${map.toFixed(3)}, AP50 ${map50.toFixed(3)}${unknown === 0 ? '' : `; ${String(unknown)} boxes have a label that is no category`}`,
    boxes,
    values: { map50 },
  };
  return { judgment, detections };
}

function cornersOf(bbox: readonly number[]): number[] {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = bbox;
  return [x, y, x + width, y + height];
}

/** The category that a label names. */
type CategoryFinder = (label: string, categories: readonly Category[]) => Category | undefined;

/** Finds by name, whatever its case, or by `#id`, as stored results have it. The names of a file are looked through once. */
function createCategoryFinder(): CategoryFinder {
  const known = new Map<readonly Category[], ReadonlyMap<string, Category>>();
  return (label, categories) => {
    const names = known.get(categories) ?? namesOf(categories);
    known.set(categories, names);
    return names.get(label.startsWith('#') ? label : label.toLowerCase().trim());
  };
}

/** Of two categories with one name the first counts. */
function namesOf(categories: readonly Category[]): Map<string, Category> {
  const backwards = categories.toReversed();
  return new Map([
    ...backwards.map((category): [string, Category] => [category.name.toLowerCase(), category]),
    ...backwards.map((category): [string, Category] => [`#${String(category.id)}`, category]),
  ]);
}

interface NamedBox extends AnsweredBox {
  readonly category: Category;
}

function detectionOf({ box: [x1, y1, x2, y2], category, score, xywh }: NamedBox, { image }: DetectionTruth): CocoDetection {
  return { image_id: image, category_id: category.id, bbox: xywh ?? [x1, y1, x2 - x1, y2 - y1], score };
}

function apOf(truth: DetectionTruth, known: readonly NamedBox[]): { map: number; map50: number } {
  const predictions = known.map(({ box, category }) => ({ box, label: String(category.id) }));
  return imageAveragePrecision(predictions, targetsOf(truth));
}

function targetsOf({ annotations }: DetectionTruth): LabeledBox[] {
  return annotations
    .filter((annotation) => !isCrowd(annotation))
    .map(({ bbox, category_id }) => ({ box: boxFromXywh(fourOf(bbox)), label: String(category_id) }));
}

function isCrowd({ iscrowd }: CocoAnnotation): boolean {
  return iscrowd !== undefined && Number(iscrowd) !== 0;
}

function fourOf(bbox: readonly number[]): [number, number, number, number] {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = bbox;
  return [x, y, width, height];
}

/** The boxes that suppression leaves, the best first; the AP of one image looks at their order alone. Crowds need COCO's whole evaluation. */
function nmsApOf(truth: DetectionTruth, detections: readonly CocoDetection[]): { map: number; map50: number } {
  if (truth.annotations.some(isCrowd)) {
    const [map = 0, map50 = 0] = evaluateNmsAp(groundTruthOf([truth]), detections).stats;
    return { map: Math.max(0, map), map50: Math.max(0, map50) };
  }
  const kept = nmsApDetections(groundTruthOf([truth]), detections).toSorted((a, b) => b.score - a.score);
  return imageAveragePrecision(
    kept.map(({ bbox, category_id }) => ({ box: boxFromXywh(fourOf(bbox)), label: String(category_id) })),
    targetsOf(truth),
  );
}

function groundTruthOf(truths: readonly DetectionTruth[]): CocoGroundTruth {
  return {
    images: truths.map(({ image }) => ({ id: image })),
    annotations: truths.flatMap(({ annotations }) => annotations),
    categories: truths[0]?.categories ?? [],
  };
}

function meanOverImages(judged: readonly Judged[], nms: boolean): Summary {
  const scored = scoredOf(judged);
  const at50 = mean(judged.flatMap(({ judgment: { score, values } }) => (score === null ? [] : [values?.['map50'] ?? 0])));
  const name = nms ? 'NMS-AP' : 'AP';
  return {
    score: mean(scored.map(({ score }) => score)),
    measure: `mean of the ${name} of each image`,
    metrics: at50 === null ? {} : { [`${name}50`]: at50 },
    groups: groupMeans(scored),
    leftOut: leftOutOf(judged),
  };
}

/** Each set is evaluated by itself; the score is the mean over sets. Units are the APs of images, for paired tests. */
function overDataSet(judged: readonly Judged[], collected: readonly Collected[], { nms, seed }: { nms: boolean; seed: number }): Summary {
  const sets = [...new Set(collected.map(({ truth }) => truth.set))];
  const evaluated = sets.map((set) => {
    const own = collected.filter(({ truth }) => truth.set === set);
    const truth = groundTruthOf(own.map((one) => one.truth));
    const detections = own.flatMap((one) => one.detections);
    return { set, count: own.length, truth, detections, stats: (nms ? evaluateNmsAp : evaluateCoco)(truth, detections).stats };
  });
  const statOf = (index: number): number => mean(evaluated.map(({ stats }) => stats[index] ?? NaN)) ?? NaN;
  return {
    score: sets.length === 0 ? null : Math.max(0, statOf(0)),
    measure: `${nms ? 'NMS-AP' : 'AP'} over the data set${sets.length > 1 ? 's' : ''}`,
    metrics: Object.fromEntries(STATS.map((name, index) => [name, statOf(index)])),
    groups: { set: Object.fromEntries(evaluated.map(({ set, count, stats: [ap = NaN] }) => [set, { count, score: ap }])) },
    leftOut: [],
    units: null,
    resampled: resampledAp(evaluated, { nms, seed }),
    pairs: Object.fromEntries(judged.flatMap(({ id, judgment: { score } }) => (score === null ? [] : [[id, score]]))),
  };
}
