/**
 * Scores boxes in two ways: COCO's evaluation over the data set (the authors'), or the mean over images of each image's own AP (the paper's, since the answers of a language model have no
 * scores). Labels that are no category of the file are passed over, as COCO's loader would refuse them.
 */
import { evaluateCoco, evaluateNmsAp, imageAveragePrecision, boxFromXywh, type CocoDetection, type CocoGroundTruth } from '@vtriune/iou';
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
  return {
    judge: (question, response) => {
      const { judgment, detections } = judgeImage(question, response, nms);
      collected.push({ truth: question.truth, detections });
      return judgment;
    },
    summarize: (judged) => (rules === 'paper' ? meanOverImages(judged, nms) : overDataSet(judged, collected, { nms, seed })),
  };
}

function judgeImage(
  { truth }: Question<DetectionTruth>,
  response: string,
  nms: boolean,
): { judgment: Judgment; detections: CocoDetection[] } {
  const answered = readBoxes(response);
  const detections = answered.flatMap((box) => detectionOf(box, truth));
  const { map, map50 } = nms ? nmsApOf(truth, detections) : apOf(truth, answered);
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

/** Stored results name a category by `#id`. */
function categoryOf(label: string, categories: readonly Category[]): Category | undefined {
  if (label.startsWith('#')) return categories.find(({ id }) => String(id) === label.slice(1));
  return categories.find(({ name }) => name.toLowerCase() === label.toLowerCase().trim());
}

function detectionOf({ box: [x1, y1, x2, y2], label, score, xywh }: AnsweredBox, { image, categories }: DetectionTruth): CocoDetection[] {
  const category = categoryOf(label, categories);
  return category === undefined ? [] : [{ image_id: image, category_id: category.id, bbox: xywh ?? [x1, y1, x2 - x1, y2 - y1], score }];
}

function apOf(truth: DetectionTruth, answered: readonly AnsweredBox[]): { map: number; map50: number } {
  const predictions = answered.flatMap(({ box, label }) => {
    const category = categoryOf(label, truth.categories);
    return category === undefined ? [] : [{ box, label: String(category.id) }];
  });
  const targets = truth.annotations
    .filter(({ iscrowd }) => Number(iscrowd ?? 0) === 0)
    .map(({ bbox, category_id }) => ({ box: boxFromXywh(fourOf(bbox)), label: String(category_id) }));
  return imageAveragePrecision(predictions, targets);
}

function fourOf(bbox: readonly number[]): [number, number, number, number] {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = bbox;
  return [x, y, width, height];
}

function nmsApOf(truth: DetectionTruth, detections: readonly CocoDetection[]): { map: number; map50: number } {
  const [map = 0, map50 = 0] = evaluateNmsAp(groundTruthOf([truth]), detections).stats;
  return { map: Math.max(0, map), map50: Math.max(0, map50) };
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
