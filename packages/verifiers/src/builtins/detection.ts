/**
 * `detection`: all objects of an image as labelled boxes, with V-Triune's reward (arXiv 2505.18129, section 3.2).
 * `compat: "v-triune"` gives the reference's numbers, faults included; without it the faults are corrected (see README).
 */
import type { LabelledBox } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import { BoxFormat, locateBoxes } from '../answer/boxes.ts';
import { defineVerifier } from '../define-verifier.ts';
import { checkTruthSpace, fitsAnotherSpace, spaceConverter, spaceParameters } from '../detection/coordinates.ts';
import { referenceAnswer, referenceBoxes, referenceFormat, referenceNormalise } from '../detection/reference.ts';
import { DETECTION_THRESHOLDS, scoreDetection, type DetectionRatios, type DetectionScores } from '../detection/scores.ts';
import { IouThreshold, thresholdInForce } from '../detection/threshold.ts';
import { readTruthBoxes, requireLabels } from '../detection/truth.ts';
import { VerifierError } from '../errors.ts';
import type { VerifierInput, VerifierOutcome } from '../verifier.ts';

const Share = Type.Optional(Type.Number({ minimum: 0, maximum: 1 }));

const DetectionParameters = Type.Object(
  {
    iou_threshold: Type.Optional(IouThreshold),
    det_reward_ratio: Type.Optional(
      Type.Object(
        { iou_max_label_first: Share, iou_max_iou_first: Share, iou_completeness: Share, map: Share, map50: Share, map75: Share },
        {
          additionalProperties: false,
          description: 'shares of the terms, 0 for one left out; label-first 1 and completeness 0.3 when absent',
        },
      ),
    ),
    det_verifier_normalized: Type.Optional(
      Type.Boolean({ description: 'ground truth in norm_1000, response in pixel_resized; the published name of that pair of spaces' }),
    ),
    ...spaceParameters,
    answer_format: Type.Optional(BoxFormat),
    compat: Type.Optional(Type.Literal('v-triune')),
  },
  { additionalProperties: false },
);
type DetectionParameters = Static<typeof DetectionParameters>;

interface DetectionTruth {
  readonly boxes: readonly LabelledBox[];
  readonly labelled: boolean;
}

type DetectionInput = VerifierInput<DetectionTruth, DetectionParameters>;

const PARTS = ['precision', 'recall', 'meanIou'] as const;

/** The numbers that are reported of each matching, by name. */
const REPORTED = (
  [
    ['50', 0.5],
    ['75', 0.75],
    ['95', 0.95],
    ['99', 0.99],
  ] as const
).flatMap(([key, threshold]) =>
  PARTS.flatMap((part) => {
    const name = `${key}_${part === 'meanIou' ? 'mean' : part}`;
    return [
      { metric: `iou_${name}`, matching: 'labelFirst', threshold, part },
      { metric: `iou_first_${name}`, matching: 'iouFirst', threshold, part },
    ] as const;
  }),
);
const COMPONENTS: readonly string[] = ['iou_label_first', 'iou_iou_first', 'map', 'map50', 'map75', 'size_penalty'];
const METRICS: readonly string[] = [
  ...REPORTED.map(({ metric }) => metric),
  'map',
  'map50',
  'map75',
  'iou_threshold',
  'predicted_boxes',
  'true_boxes',
  'malformed_boxes',
  'other_space_fits',
];

/** V-Triune's detection reward; see the README for its parameters and metrics. */
export const detection = defineVerifier({
  name: 'detection',
  description: 'Labelled boxes against labelled boxes: Dynamic IoU reward, completeness, size penalty and mAP terms of V-Triune.',
  parameters: DetectionParameters,
  components: COMPONENTS,
  metrics: METRICS,
  groundTruth: readTruth,
  verify: (input) => (input.parameters.compat === undefined ? verifySound(input) : verifyReference(input)),
  gold: goldResponse,
});

function readTruth(raw: unknown, parameters: DetectionParameters): DetectionTruth {
  if (parameters.compat === undefined) return requireLabels(readTruthBoxes(raw, 'detection'));
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  const boxes = referenceBoxes(text.includes('<answer>') ? referenceAnswer(text.trim()) : text.trim());
  if (boxes.length > 0) return { boxes, labelled: true };
  throw new VerifierError(
    'invalid_ground_truth',
    `Ground truth of "detection" is ${text.slice(0, 120)}. The reference reads no labelled box in it.`,
  );
}

function verifySound(input: DetectionInput): VerifierOutcome {
  const { groundTruth, parameters, images } = input;
  const spaces = declaredSpaces(parameters);
  checkTruthSpace(
    groundTruth.boxes.map(({ box }) => box),
    spaces.coordinate_space,
    images,
  );
  const { toTruth } = spaceConverter(spaces, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? 'dynamic', input);
  const ratios = readRatios(parameters);
  const found = locateBoxes(input.response, parameters.answer_format);
  const usable = (found?.items ?? []).filter(({ label }) => !groundTruth.labelled || label !== undefined);
  const unlabelled = (found?.items.length ?? 0) - usable.length;
  const malformed = (found?.malformed ?? 0) + unlabelled;
  const predictions = usable.map(({ box, label }) => ({ box: toTruth(box), label: groundTruth.labelled ? (label ?? '') : '' }));
  const complete = found?.complete === true && malformed === 0 && predictions.length > 0;
  const truths = groundTruth.boxes;
  const otherSpace = fitsAnotherSpace({
    written: usable.map(({ box }) => box),
    converted: predictions.map(({ box }) => box),
    truths: truths.map(({ box }) => box),
    truthSpace: spaces.coordinate_space,
    images,
  });
  const predictionCount = predictions.length + malformed;
  const job = { predictions, truths, predictionCount, ratios, threshold, reference: false };
  const scores = predictions.length === 0 ? undefined : scoreDetection(job);
  return outcome(scores, { format: complete ? 1 : 0, threshold, predicted: predictionCount, truths: truths.length, malformed, otherSpace });
}

function verifyReference(input: DetectionInput): VerifierOutcome {
  const { groundTruth, parameters, response } = input;
  const threshold = referenceThreshold(input);
  const size = parameters.det_verifier_normalized === true ? resizedSize(input) : undefined;
  const read = referenceBoxes(referenceAnswer(response.trim()));
  const predictions = size === undefined ? read : read.map(({ box, label = '' }) => ({ box: referenceNormalise(box, size), label }));
  const truths = groundTruth.boxes;
  const job = { predictions, truths, predictionCount: predictions.length, ratios: readRatios(parameters), threshold, reference: true };
  const scores = predictions.length === 0 ? undefined : scoreDetection(job);
  const facts = {
    format: referenceFormat(response),
    threshold,
    predicted: predictions.length,
    truths: truths.length,
    malformed: 0,
    otherSpace: false,
  };
  return outcome(scores, facts);
}

// The reference reads the training step in evaluation too.
function referenceThreshold(input: DetectionInput): number | 'average' {
  const threshold = thresholdInForce(input.parameters.iou_threshold ?? 'dynamic', { progress: input.progress, split: 'train' });
  if (threshold === 'average' || DETECTION_THRESHOLDS.includes(threshold)) return threshold;
  const message = `compat "v-triune" knows no IoU threshold ${threshold}. The reference has ${DETECTION_THRESHOLDS.join(', ')}, "average" and "dynamic"; choose one, or leave compat out.`;
  throw new VerifierError('invalid_parameters', message);
}

function resizedSize(input: DetectionInput): { width: number; height: number } {
  const { resized_width: width, resized_height: height } = input.images[0] ?? {};
  if (width !== undefined && height !== undefined) return { width, height };
  const message = `det_verifier_normalized needs the size the model saw, and the request says ${JSON.stringify(input.images[0] ?? null)}. Send images[0] with resized_width and resized_height.`;
  throw new VerifierError('invalid_request', message);
}

function declaredSpaces(parameters: DetectionParameters): Pick<DetectionParameters, 'coordinate_space' | 'response_space'> {
  if (parameters.det_verifier_normalized !== true) return parameters;
  const { coordinate_space: truth = 'norm_1000', response_space: response = 'pixel_resized' } = parameters;
  if (truth === 'norm_1000' && response === 'pixel_resized') return { coordinate_space: truth, response_space: response };
  const message = `det_verifier_normalized means coordinate_space norm_1000 and response_space pixel_resized, but they are ${truth} and ${response}. Leave out one of the two declarations.`;
  throw new VerifierError('invalid_parameters', message);
}

function readRatios({ det_reward_ratio: given }: DetectionParameters): DetectionRatios {
  const none: DetectionRatios = { iou_max_label_first: 0, iou_max_iou_first: 0, iou_completeness: 0, map: 0, map50: 0, map75: 0 };
  const ratios = given === undefined ? { ...none, iou_max_label_first: 1, iou_completeness: 0.3 } : { ...none, ...given };
  const { iou_completeness: _mixed, ...terms } = ratios;
  if (Object.values(terms).some((share) => share > 0)) return ratios;
  const message = `det_reward_ratio gives every term the share 0: ${JSON.stringify(given)}. Set one of ${Object.keys(terms).join(', ')} above 0.`;
  throw new VerifierError('invalid_parameters', message);
}

interface Facts {
  readonly format: number;
  readonly threshold: number | 'average';
  readonly predicted: number;
  readonly truths: number;
  readonly malformed: number;
  readonly otherSpace: boolean;
}

const MEAN_THRESHOLD = DETECTION_THRESHOLDS.reduce((sum, at) => sum + at, 0) / DETECTION_THRESHOLDS.length;

function outcome(scores: DetectionScores | undefined, facts: Facts): VerifierOutcome {
  const { labelFirst = 0, iouFirst = 0, map = 0, map50 = 0, map75 = 0, sizePenalty = 0 } = scores ?? {};
  const metrics: Record<string, number> = {};
  for (const { metric, matching, threshold, part } of REPORTED) metrics[metric] = scores?.byThreshold[matching].get(threshold)?.[part] ?? 0;
  Object.assign(metrics, { map, map50, map75 });
  metrics['iou_threshold'] = facts.threshold === 'average' ? MEAN_THRESHOLD : facts.threshold;
  metrics['predicted_boxes'] = facts.predicted;
  metrics['true_boxes'] = facts.truths;
  metrics['malformed_boxes'] = facts.malformed;
  metrics['other_space_fits'] = facts.otherSpace ? 1 : 0;
  const components = { iou_label_first: labelFirst, iou_iou_first: iouFirst, map, map50, map75, size_penalty: sizePenalty };
  return { accuracy: scores?.final ?? 0, format: facts.format, components, metrics };
}

function goldResponse({ groundTruth, parameters, images }: Omit<DetectionInput, 'response'>): string {
  const { toResponse } = spaceConverter(declaredSpaces(parameters), images);
  const items = groundTruth.boxes.map(({ box, label }) => ({ bbox_2d: toResponse(box), ...(label === '' ? {} : { label }) }));
  const json = JSON.stringify(items);
  const tagged = parameters.answer_format === 'answer_tag' || parameters.compat !== undefined;
  return tagged ? `<think>\n\n</think>\n\n<answer>\n${json}\n</answer>` : json;
}
