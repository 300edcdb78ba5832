/**
 * `detection`: all objects of an image as labeled boxes, with V-Triune's reward (arXiv 2505.18129, section 3.2).
 * `compat: "v-triune"` gives the reference's numbers, faults included; without it the faults are corrected (see README).
 */
import type { LabeledBox } from '@vtriune/iou';
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
  type DeclaredSpaces,
  type SpaceParameters,
} from '../detection/coordinates.ts';
import { referenceAnswer, referenceBoxes, referenceFormat, referenceNormalize } from '../detection/reference.ts';
import { DETECTION_COMPONENTS, DETECTION_METRICS, detectionOutcome } from '../detection/report.ts';
import { DETECTION_THRESHOLDS, scoreDetection, type DetectionRatios } from '../detection/scores.ts';
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
    label_suppression: Type.Optional(
      Type.Boolean({
        description:
          'NMS-AP of OVDEval: around each true box one prediction of any label counts for the terms map, map50 and map75; false when absent',
      }),
    ),
    det_verifier_normalized: Type.Optional(
      Type.Boolean({ description: 'ground truth in norm_1000, response in pixel_resized; the published name of that pair of spaces' }),
    ),
    ...spaceParameters,
    ...keyParameters,
    answer_format: Type.Optional(BoxFormat),
    compat: Type.Optional(Type.Literal('v-triune')),
  },
  { additionalProperties: false },
);
type DetectionParameters = Static<typeof DetectionParameters>;

interface DetectionTruth {
  readonly boxes: readonly LabeledBox[];
  readonly labeled: boolean;
}

/** What a response without any box says. */
const NOTHING_FOUND: FoundBoxes = { items: [], malformed: 0, complete: false, alone: false };

type DetectionInput = VerifierInput<DetectionTruth, DetectionParameters>;

/** V-Triune's detection reward; see the README for its parameters and metrics. */
export const detection = defineVerifier({
  name: 'detection',
  description: 'Labeled boxes against labeled boxes: Dynamic IoU reward, completeness, size penalty and mAP terms of V-Triune.',
  parameters: DetectionParameters,
  components: DETECTION_COMPONENTS,
  metrics: [...DETECTION_METRICS, ...SPACE_METRICS],
  groundTruth: readTruth,
  verify: (input) =>
    input.parameters.compat === undefined
      ? inEachSpace(declaredSpaces(input.parameters), (spaces) => verifySound(input, spaces))
      : inEachSpace({}, () => verifyReference(input)),
  gold: goldResponse,
});

function readTruth(raw: unknown, parameters: DetectionParameters): DetectionTruth {
  if (parameters.compat !== undefined && parameters.label_suppression === true) {
    const message = `compat "${parameters.compat}" knows no label_suppression. Leave out one of the two.`;
    throw new VerifierError('invalid_parameters', message);
  }
  if (parameters.compat === undefined) return requireLabels(readTruthBoxes(raw, 'detection'));
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  const boxes = referenceBoxes(text.includes('<answer>') ? referenceAnswer(text.trim()) : text.trim());
  if (boxes.length > 0) return { boxes, labeled: true };
  throw new VerifierError(
    'invalid_ground_truth',
    `Ground truth of "detection" is ${text.slice(0, 120)}. The reference reads no labeled box in it.`,
  );
}

function verifySound(input: DetectionInput, spaces: SpaceParameters): VerifierOutcome {
  const { groundTruth, parameters, images } = input;
  const { boxes: truths, labeled } = groundTruth;
  const trueBoxes = truths.map(({ box }) => box);
  checkTruthSpace(trueBoxes, spaces.coordinate_space, images);
  const { toTruth } = spaceConverter(spaces, images);
  const threshold = thresholdInForce(parameters.iou_threshold ?? 'dynamic', input);
  const ratios = readRatios(parameters);
  const rules = { format: parameters.answer_format, keys: keysOf(parameters) };
  if (truths.length === 0) return verifyNegative(saysNoBoxes(input.response, rules), locateBoxes(input.response, rules), threshold);
  const found = locateBoxes(input.response, rules) ?? NOTHING_FOUND;
  const usable = labeled ? found.items.filter(({ label }) => label !== undefined) : found.items;
  const malformed = found.malformed + found.items.length - usable.length;
  const predictions = usable.map(({ box, label = '' }) => ({ box: toTruth(box), label: labeled ? label : '' }));
  const complete = found.complete && malformed === 0 && predictions.length > 0;
  const otherSpace = fitsAnotherSpace({
    written: usable.map(({ box }) => box),
    converted: predictions.map(({ box }) => box),
    truths: trueBoxes,
    truthSpace: spaces.coordinate_space,
    images,
  });
  const predictionCount = predictions.length + malformed;
  const suppress = parameters.label_suppression === true;
  const job = { predictions, truths, predictionCount, ratios, threshold, reference: false, suppress };
  const scores = predictions.length === 0 ? undefined : scoreDetection(job);
  return detectionOutcome(scores, {
    format: complete ? 1 : 0,
    threshold,
    predicted: predictionCount,
    truths: truths.length,
    malformed,
    otherSpace,
  });
}

// An image without objects: saying so is right, any box is wrong.
function verifyNegative(right: boolean, found: FoundBoxes | undefined, threshold: number | 'average'): VerifierOutcome {
  const malformed = found === undefined ? 0 : found.malformed;
  const predicted = found === undefined ? 0 : found.items.length + malformed;
  const facts = { format: right ? 1 : 0, threshold, predicted, truths: 0, malformed, otherSpace: false };
  const outcome = detectionOutcome(undefined, facts);
  return { ...outcome, accuracy: right ? 1 : 0, metrics: { ...outcome.metrics, negative_right: right ? 1 : 0 } };
}

function verifyReference(input: DetectionInput): VerifierOutcome {
  const { groundTruth, parameters, response } = input;
  const threshold = referenceThreshold(input);
  const size = parameters.det_verifier_normalized === true ? resizedSize(input) : undefined;
  const read = referenceBoxes(referenceAnswer(response.trim()));
  const predictions = size === undefined ? read : read.map(({ box, label = '' }) => ({ box: referenceNormalize(box, size), label }));
  const truths = groundTruth.boxes;
  const ratios = readRatios(parameters);
  const job = { predictions, truths, predictionCount: predictions.length, ratios, threshold, reference: true };
  const scores = predictions.length === 0 ? undefined : scoreDetection(job);
  const facts = {
    format: referenceFormat(response),
    threshold,
    predicted: predictions.length,
    truths: truths.length,
    malformed: 0,
    otherSpace: false,
  };
  return detectionOutcome(scores, facts);
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

function declaredSpaces(parameters: DetectionParameters): DeclaredSpaces {
  if (parameters.det_verifier_normalized !== true) return parameters;
  const { coordinate_space: truth = 'norm_1000', response_space: response = 'pixel_resized' } = parameters;
  if (truth === 'norm_1000' && response === 'pixel_resized') return { coordinate_space: truth, response_space: response };
  const message = `det_verifier_normalized means coordinate_space norm_1000 and response_space pixel_resized, but they are ${truth} and ${String(response)}. Leave out one of the two declarations.`;
  throw new VerifierError('invalid_parameters', message);
}

const NO_TERM: DetectionRatios = { iou_max_label_first: 0, iou_max_iou_first: 0, iou_completeness: 0, map: 0, map50: 0, map75: 0 };
const DEFAULT_RATIOS: DetectionRatios = { ...NO_TERM, iou_max_label_first: 1, iou_completeness: 0.3 };

function readRatios({ det_reward_ratio: given }: DetectionParameters): DetectionRatios {
  if (given === undefined) return DEFAULT_RATIOS;
  const ratios = { ...NO_TERM, ...given };
  const { iou_completeness: _mixed, ...terms } = ratios;
  if (Object.values(terms).some((share) => share > 0)) return ratios;
  const message = `det_reward_ratio gives every term the share 0: ${JSON.stringify(given)}. Set one of ${Object.keys(terms).join(', ')} above 0.`;
  throw new VerifierError('invalid_parameters', message);
}

function goldResponse({ groundTruth, parameters, images }: Omit<DetectionInput, 'response'>): string {
  const { toResponse } = spaceConverter(firstSpaces(declaredSpaces(parameters)), images);
  const items = groundTruth.boxes.map(({ box, label }) => ({ bbox_2d: toResponse(box), ...(label === '' ? {} : { label }) }));
  const json = JSON.stringify(items);
  const tagged = parameters.answer_format === 'answer_tag' || parameters.compat !== undefined;
  return tagged ? `<think>\n\n</think>\n\n<answer>\n${json}\n</answer>` : json;
}
