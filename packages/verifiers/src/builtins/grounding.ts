/**
 * `grounding`: the one box, or the boxes, that a phrase means. Labels do not matter. Boxes are matched one to one so that the
 * sum of IoU is largest; each ground truth earns its overlap at or above the threshold (arXiv 2505.18129, eq. 5), and every box
 * too many or too few multiplies the reward by `count_penalty`.
 */
import { at } from '@vtriune/format/at';
import { giou, iou, matchGreedy, matchOptimal, type Box, type Match } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { BoxFormat, keyParameters, keysOf, locateBoxes, saysNoBoxes, type FoundBoxes } from '../answer/boxes.ts';
import { defineVerifier } from '../define-verifier.ts';
import {
  checkTruthSpace,
  firstSpaces,
  fitsAnotherSpace,
  inEachSpace,
  SPACE_METRICS,
  spaceConverter,
  spaceParameters,
  type SpaceParameters,
} from '../detection/coordinates.ts';
import { IouThreshold, thresholdInForce } from '../detection/threshold.ts';
import { readTruthBoxes } from '../detection/truth.ts';
import type { VerifierInput, VerifierOutcome } from '../verifier.ts';

const GroundingParameters = Type.Object(
  {
    iou_threshold: Type.Optional(IouThreshold),
    overlap: Type.Optional(
      Type.Union([Type.Literal('iou'), Type.Literal('giou'), Type.Literal('hit')], {
        description: 'what a box at or above the threshold earns: its IoU (when absent), (GIoU + 1) / 2, or 1 if it overlaps at all',
      }),
    ),
    count_penalty: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'factor for each box too many or too few; 0.6 when absent' }),
    ),
    ...spaceParameters,
    ...keyParameters,
    answer_format: Type.Optional(BoxFormat),
  },
  { additionalProperties: false },
);
type GroundingParameters = Static<typeof GroundingParameters>;
type GroundingInput = VerifierInput<readonly Box[], GroundingParameters>;

const AVERAGED: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];
/** The optimal matching takes cubic time: of more predictions than this only as many count as there are truths, and those are matched greedily. */
const MAX_MATCHED = 200;

/** One or more boxes against one or more boxes, whatever their labels. */
export const grounding = defineVerifier({
  name: 'grounding',
  description: 'Boxes of the objects that a phrase means: thresholded IoU (or GIoU) with a penalty for a wrong number of boxes.',
  parameters: GroundingParameters,
  components: ['overlap', 'count_penalty'],
  metrics: [
    'mean_iou',
    'iou_50_recall',
    'iou_75_recall',
    'iou_95_recall',
    'iou_99_recall',
    'iou_threshold',
    'predicted_boxes',
    'true_boxes',
    'other_space_fits',
    'negative_image',
    'negative_right',
    ...SPACE_METRICS,
  ],
  groundTruth: (raw) => readTruthBoxes(raw, 'grounding').map(({ box }) => box),
  verify: (input) => inEachSpace(input.parameters, (spaces) => verifyGrounding(input, spaces)),
  gold: ({ groundTruth, parameters, images }) => {
    const { toResponse } = spaceConverter(firstSpaces(parameters), images);
    const json = JSON.stringify(groundTruth.map((box) => ({ bbox_2d: toResponse(box) })));
    return parameters.answer_format === 'answer_tag' ? `<answer>${json}</answer>` : json;
  },
});

function verifyGrounding(input: GroundingInput, spaces: SpaceParameters): VerifierOutcome {
  const { groundTruth: truths, parameters, images } = input;
  checkTruthSpace(truths, spaces.coordinate_space, images);
  const { toTruth } = spaceConverter(spaces, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? 'dynamic', input);
  const rules = { format: parameters.answer_format, keys: keysOf(parameters) };
  const found = locateBoxes(input.response, rules) ?? NOTHING_FOUND;
  const written = found.items.map(({ box }) => box);
  const predicted = written.length + found.malformed;
  const negative = truths.length === 0;
  const right = negative && saysNoBoxes(input.response, rules) ? 1 : 0;
  const boxes = written.map(toTruth);
  const pairs = matchBoxes(boxes.slice(0, Math.max(MAX_MATCHED, truths.length)), truths);
  const overlap = negative ? right : earned(pairs, { threshold, kind: parameters.overlap ?? 'iou' });
  const penalty = negative ? right : predicted === 0 ? 0 : (parameters.count_penalty ?? 0.6) ** Math.abs(predicted - truths.length);
  const recallAt = (least: number): number => share(pairs.filter(({ value }) => value >= least).length, truths.length);
  const fits = fitsAnotherSpace({ written, converted: boxes, truths, truthSpace: spaces.coordinate_space, images });
  return {
    accuracy: Math.min(1, overlap * penalty),
    format: negative ? right : predicted > 0 && written.length === predicted && found.complete ? 1 : 0,
    components: { overlap, count_penalty: penalty },
    metrics: {
      mean_iou: mean(pairs.map(({ value }) => value)),
      iou_50_recall: recallAt(0.5),
      iou_75_recall: recallAt(0.75),
      iou_95_recall: recallAt(0.95),
      iou_99_recall: recallAt(0.99),
      iou_threshold: threshold === 'average' ? mean(AVERAGED) : threshold,
      predicted_boxes: predicted,
      true_boxes: truths.length,
      other_space_fits: fits ? 1 : 0,
      negative_image: negative ? 1 : 0,
      negative_right: right,
    },
  };
}

const NOTHING_FOUND: FoundBoxes = { items: [], malformed: 0, complete: false, alone: false };

interface TruthOverlap {
  readonly value: number;
  readonly generalized: number;
}

// One entry a ground truth, in order. What overlaps nothing is matched by GIoU, which still tells how far the two are.
function matchBoxes(boxes: readonly Box[], truths: readonly Box[]): TruthOverlap[] {
  const labeled = (list: readonly Box[]) => list.map((box) => ({ box }));
  const input = { predictions: labeled(boxes), groundTruths: labeled(truths) };
  if (truths.length > MAX_MATCHED) return overlapsOf(matchGreedy(input).matches, boxes, truths);
  const overlapping = matchOptimal({ predictions: labeled(boxes), groundTruths: labeled(truths) });
  const partner = new Map(overlapping.matches.map(({ groundTruth, prediction }) => [groundTruth, boxes[prediction]]));
  const leftBoxes = boxes.filter((_, row) => overlapping.unmatchedPredictions.includes(row));
  const nearness = leftBoxes.map((box) => overlapping.unmatchedGroundTruths.map((index) => (giou(box, at(truths, index)) + 1) / 2));
  for (const { groundTruth, prediction } of matchOptimal({ iou: nearness }).matches)
    partner.set(at(overlapping.unmatchedGroundTruths, groundTruth), leftBoxes[prediction]);
  return truths.map((truth, index) => {
    const box = partner.get(index);
    return box === undefined ? { value: 0, generalized: -1 } : { value: iou(box, truth), generalized: giou(box, truth) };
  });
}

function overlapsOf(matches: readonly Match[], boxes: readonly Box[], truths: readonly Box[]): TruthOverlap[] {
  const partner = new Map(matches.map(({ groundTruth, prediction }) => [groundTruth, at(boxes, prediction)]));
  return truths.map((truth, index) => {
    const box = partner.get(index);
    return box === undefined ? { value: 0, generalized: -1 } : { value: iou(box, truth), generalized: giou(box, truth) };
  });
}

function earned(pairs: readonly TruthOverlap[], rule: { threshold: number | 'average'; kind: 'iou' | 'giou' | 'hit' }): number {
  const worth = ({ value, generalized }: TruthOverlap): number =>
    rule.kind === 'hit' ? Math.ceil(value) : rule.kind === 'giou' ? (generalized + 1) / 2 : value;
  const paidAt = (threshold: number): number => mean(pairs.map((pair) => (pair.value >= threshold ? worth(pair) : 0)));
  return rule.threshold === 'average' ? mean(AVERAGED.map(paidAt)) : paidAt(rule.threshold);
}

function mean(values: readonly number[]): number {
  return share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}

// Of nothing there is no share: metrics of negative images are 0.
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
