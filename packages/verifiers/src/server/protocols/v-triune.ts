/**
 * V-Triune's own protocol, for its unchanged client: `POST /judge`, one sample a request, with the reference's scores
 * (`compat: "v-triune"`). Its client knows no failures: they go out as zeros, with the `error` that it does not read.
 *
 * What differs from the reference's server: where it scores a sample it cannot score (an unreadable ground truth, no share above 0) with
 * 0 and still pays the format, this is a failure and all zeros; verifiers that the reference does not have are served as well; and the
 * parameters may come as an object and may set `iou_threshold`, which the reference takes from its environment.
 */
import type { FailedResult, ImageSize, Progress, RewardRequest } from '../../contract.ts';
import type { IouThreshold } from '../../detection/threshold.ts';
import { VerifierError } from '../../errors.ts';
import { ServiceError } from '../../service-error.ts';
import type { ProtocolAdapter, DecodedCall, ProtocolContext } from '../protocol.ts';
import { failedItem, isRecord, messageOf, requireRecord, runOf, shown, textOr, UNKNOWN, type JsonRecord } from './items.ts';
import { referenceRewards } from './v-triune-rewards.ts';

const SHAPE =
  '{ "response": text, "prompt": text, "answer": text, "solution": text, "data_source": text, "reward_verifier": name, "reward_verifier_parm": JSON text, "format_ratio"?: number, "accuracy_ratio"?: number }';

const DEFAULT_ACCURACY_RATIO = 1;
const DEFAULT_FORMAT_RATIO = 0.1;

/**
 * `POST /judge`: one sample to `{ rewards: { format_reward, accuracy_reward, reflection_reward, final_reward, ... }, error? }`.
 *
 * `iouThreshold` is in force where `reward_verifier_parm` sets none. The default is the paper's schedule; the reference's server has
 * `average` unless its environment says otherwise.
 */
export function createVTriuneAdapter(iouThreshold: IouThreshold = 'dynamic'): ProtocolAdapter {
  return { name: 'v-triune', method: 'POST', path: '/judge', decode: (body, context) => decode({ body, context, iouThreshold }) };
}

function decode(call: { body: unknown; context: ProtocolContext; iouThreshold: IouThreshold }): DecodedCall {
  const { context, iouThreshold } = call;
  const body = requireRecord(call.body, SHAPE);
  const { response } = body;
  if (typeof response !== 'string') {
    throw new ServiceError('invalid_body', `"response" is ${shown(response)}. This route takes ${SHAPE}; send the text of the model.`);
  }
  const item = toItem({ body, response, id: context.requestId, iouThreshold });
  const encode: DecodedCall['encode'] = ([result]) => {
    const rewards = referenceRewards(result, item.verifier, context.verifiers);
    return { status: 200, body: result?.status === 'failed' ? { rewards, error: result.error } : { rewards } };
  };
  return { items: [item], ...runOf(body), encode };
}

interface Judged {
  readonly body: JsonRecord;
  readonly response: string;
  readonly id: string;
  readonly iouThreshold: IouThreshold;
}

function toItem(judged: Judged): RewardRequest | FailedResult {
  const { body, id } = judged;
  try {
    return toRequest(judged);
  } catch (error) {
    const message = messageOf(error);
    return failedItem({ id, data_source: body['data_source'], verifier: body['reward_verifier'] }, { code: 'invalid_request', message });
  }
}

function toRequest({ body, response, id, iouThreshold }: Judged): RewardRequest {
  const { solution, answer, data_source, reward_verifier: verifier } = body;
  if (typeof verifier !== 'string' || verifier === '') throw invalid('reward_verifier', verifier, 'the name of a verifier');
  if (solution === undefined || solution === null) throw invalid('solution', solution, 'the ground truth');
  const parameters = readParameters(body['reward_verifier_parm']);
  const progress = readProgress(parameters);
  // Only boxes need it: a sample of mathematics is not to fail for its images.
  const images = verifier === 'mathverify' ? [] : readImages(parameters);
  return {
    id,
    data_source: textOr(data_source, UNKNOWN),
    verifier,
    verifier_parm: verifierParameters({ verifier, parameters, sized: images.length > 0, iouThreshold }),
    response,
    ground_truth: solution,
    ...(answer === undefined || answer === null ? {} : { answer }),
    accuracy_ratio: readRatio(body, 'accuracy_ratio', DEFAULT_ACCURACY_RATIO),
    format_ratio: readRatio(body, 'format_ratio', DEFAULT_FORMAT_RATIO),
    split: parameters['is_training'] === false ? 'test' : 'train',
    ...(progress === undefined ? {} : { progress }),
    ...(images.length === 0 ? {} : { images }),
  };
}

function invalid(field: string, value: unknown, allowed: string): VerifierError {
  return new VerifierError('invalid_request', `"${field}" is ${shown(value)}. It must be ${allowed}; send that.`);
}

function readRatio(body: JsonRecord, field: string, otherwise: number): number {
  const value = body[field] ?? otherwise;
  if (typeof value === 'number' && value >= 0) return value;
  throw invalid(field, value, 'a number that is not negative');
}

function readParameters(given: unknown): JsonRecord {
  const value = typeof given === 'string' ? parseJson(given) : (given ?? {});
  if (isRecord(value)) return value;
  throw invalid('reward_verifier_parm', given, 'a JSON object, or the text of one');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the caller, together with what is allowed.
    return undefined;
  }
}

// A request without both is for the server's step clock.
function readProgress({ step, total_steps }: JsonRecord): Progress | undefined {
  if (step === undefined || step === null || total_steps === undefined || total_steps === null) return undefined;
  if (typeof step !== 'number' || !(step >= 0)) throw invalid('reward_verifier_parm.step', step, 'a number that is not negative');
  if (typeof total_steps === 'number' && total_steps > 0) return { step, total_steps };
  throw invalid('reward_verifier_parm.total_steps', total_steps, 'a number above 0');
}

/**
 * `image_grid_thw` is in pixels on this protocol: [frames, height, width] of the resized image. The stored image's size is not known, so
 * nothing is sent where it would be used.
 */
function readImages(parameters: JsonRecord): ImageSize[] {
  const { image_grid_thw: grid, coordinate_space, response_space } = parameters;
  if (grid === undefined || grid === null || coordinate_space === 'pixel_original' || response_space === 'pixel_original') return [];
  if (!Array.isArray(grid)) throw invalid('reward_verifier_parm.image_grid_thw', grid, 'a list of [frames, height, width] in pixels');
  return grid.map((entry: unknown) => {
    const sizes: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [, height, width] = sizes;
    if (typeof height === 'number' && height > 0 && typeof width === 'number' && width > 0) {
      return { width, height, resized_width: width, resized_height: height };
    }
    throw invalid('reward_verifier_parm.image_grid_thw', grid, 'a list of [frames, height, width] in pixels, each above 0');
  });
}

interface Configured {
  readonly verifier: string;
  readonly parameters: JsonRecord;
  readonly sized: boolean;
  readonly iouThreshold: IouThreshold;
}

function verifierParameters({ verifier, parameters, sized, iouThreshold }: Configured): JsonRecord {
  const { is_training: _training, step: _step, total_steps: _total, image_grid_thw: _grid, image_path: _path, ...own } = parameters;
  if (verifier === 'mathverify') return { ...own, compat: 'v-triune' };
  if (verifier !== 'detection') return own;
  return {
    ...own,
    iou_threshold: own['iou_threshold'] ?? iouThreshold,
    det_reward_ratio: referenceRatios(own['det_reward_ratio']),
    // As the reference does where it has no size: the boxes are taken as they are.
    det_verifier_normalized: own['det_verifier_normalized'] === true && sized,
    compat: 'v-triune',
  };
}

// The reference pays nothing for a term that is left out or is not in [0, 1].
function referenceRatios(given: unknown): Record<string, unknown> {
  if (!isRecord(given)) return {};
  const inRange = (share: unknown): unknown => (typeof share === 'number' && !(share >= 0 && share <= 1) ? 0 : share);
  return Object.fromEntries(Object.entries(given).map(([key, share]) => [key, inRange(share)]));
}
