/**
 * `grounding`: the one box, or the boxes, that a phrase means. Labels do not matter. Boxes are matched one to one so that the
 * sum of IoU is largest; each ground truth earns its overlap at or above the threshold (arXiv 2505.18129, eq. 5), and every box
 * too many or too few multiplies the reward by `count_penalty`.
 */
import { giou, iou, matchOptimal, type Box } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { BoxFormat, locateBoxes } from '../answer/boxes.ts';
import { defineVerifier } from '../define-verifier.ts';
import { checkTruthSpace, fitsAnotherSpace, spaceConverter, spaceParameters } from '../detection/coordinates.ts';
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
    answer_format: Type.Optional(BoxFormat),
  },
  { additionalProperties: false },
);
type GroundingParameters = Static<typeof GroundingParameters>;
type GroundingInput = VerifierInput<readonly Box[], GroundingParameters>;

const AVERAGED: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];
/** More predictions than this are no answer; the matching would take cubic time. */
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
  ],
  groundTruth: (raw) => readTruthBoxes(raw, 'grounding').map(({ box }) => box),
  verify: verifyGrounding,
  gold: ({ groundTruth, parameters, images }) => {
    const { toResponse } = spaceConverter(parameters, images);
    const json = JSON.stringify(groundTruth.map((box) => ({ bbox_2d: toResponse(box) })));
    return parameters.answer_format === 'answer_tag' ? `<answer>${json}</answer>` : json;
  },
});

function verifyGrounding(input: GroundingInput): VerifierOutcome {
  const { groundTruth: truths, parameters, images } = input;
  checkTruthSpace(truths, parameters.coordinate_space, images);
  const { toTruth } = spaceConverter(parameters, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? 'dynamic', input);
  const found = locateBoxes(input.response, parameters.answer_format);
  const written = (found?.items ?? []).map(({ box }) => box);
  const predicted = written.length + (found?.malformed ?? 0);
  const boxes = written.map(toTruth);
  const pairs = matchBoxes(boxes.slice(0, MAX_MATCHED), truths);
  const overlap = earned(pairs, { threshold, kind: parameters.overlap ?? 'iou' });
  const penalty = predicted === 0 ? 0 : (parameters.count_penalty ?? 0.6) ** Math.abs(predicted - truths.length);
  const recallAt = (at: number): number => pairs.filter(({ value }) => value >= at).length / truths.length;
  const fits = fitsAnotherSpace({ written, converted: boxes, truths, truthSpace: parameters.coordinate_space, images });
  return {
    accuracy: Math.min(1, overlap * penalty),
    format: predicted > 0 && written.length === predicted && found?.complete === true ? 1 : 0,
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
    },
  };
}

interface TruthOverlap {
  readonly value: number;
  readonly generalised: number;
}

// One entry a ground truth, in order. What overlaps nothing is matched by GIoU, which still tells how far the two are.
function matchBoxes(boxes: readonly Box[], truths: readonly Box[]): TruthOverlap[] {
  const labelled = (list: readonly Box[]) => list.map((box) => ({ box }));
  const overlapping = matchOptimal({ predictions: labelled(boxes), groundTruths: labelled(truths) });
  const partner = new Map(overlapping.matches.map(({ groundTruth, prediction }) => [groundTruth, boxes[prediction]]));
  const leftBoxes = boxes.filter((_, row) => overlapping.unmatchedPredictions.includes(row));
  const nearness = leftBoxes.map((box) => overlapping.unmatchedGroundTruths.map((at) => (giou(box, truths[at] ?? box) + 1) / 2));
  for (const { groundTruth, prediction } of matchOptimal({ iou: nearness }).matches)
    partner.set(overlapping.unmatchedGroundTruths[groundTruth] ?? -1, leftBoxes[prediction]);
  return truths.map((truth, index) => {
    const box = partner.get(index);
    return box === undefined ? { value: 0, generalised: -1 } : { value: iou(box, truth), generalised: giou(box, truth) };
  });
}

function earned(pairs: readonly TruthOverlap[], rule: { threshold: number | 'average'; kind: 'iou' | 'giou' | 'hit' }): number {
  const worth = ({ value, generalised }: TruthOverlap): number =>
    rule.kind === 'hit' ? Math.ceil(value) : rule.kind === 'giou' ? (generalised + 1) / 2 : value;
  const paidAt = (threshold: number): number => mean(pairs.map((pair) => (pair.value >= threshold ? worth(pair) : 0)));
  return rule.threshold === 'average' ? mean(AVERAGED.map(paidAt)) : paidAt(rule.threshold);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
