/**
 * From the one label that a trainer sends with a response to a reward request: the label is an envelope (`readEnvelope` of
 * @vtriune/format), or a bare ground truth that the fields beside it or the server's default verifier give a meaning. Whatever is
 * wrong with it is a failed item, never an error of the whole call.
 */
import { readEnvelope, type Envelope } from '@vtriune/format';
import type { FailedResult, ImageSize, Progress, RewardRequest } from '../../contract.ts';
import { VerifierError } from '../../errors.ts';
import { createRewardRequest } from '../../sample-request.ts';
import { failedItem, isRecord, messageOf, shown, textOr, UNKNOWN, type JsonRecord } from './items.ts';

/** A response and the label that came with it. */
export interface LabeledResponse {
  /** Id of the item, unless the envelope has one. */
  readonly id: string;
  readonly response: string;
  /** An envelope as text or object, or a bare ground truth: text or any other JSON. */
  readonly label: unknown;
  /** Where the label stood in the body, for messages: `labels[0]`. */
  readonly field: string;
  /** What the body says about the sample beside a bare label: any fields of an envelope but its ground truth. */
  readonly beside?: JsonRecord | undefined;
  /** The verifier of a bare label; without one it fails by name. */
  readonly defaultVerifier?: string | undefined;
}

/** The request that a label asks for. Fields of a reward request that the envelope schema leaves open (`progress`, `images`) go along. */
export function requestFromLabel(given: LabeledResponse): RewardRequest | FailedResult {
  try {
    const envelope = readEnvelope(given.label) ?? envelopeBeside(given);
    return envelope === undefined ? bareRequest(given) : envelopeRequest(envelope, given);
  } catch (error) {
    const message = `${given.field}: ${messageOf(error)}`;
    return failedItem({ id: given.id, ...statedBy(given) }, { code: 'invalid_request', message });
  }
}

function envelopeRequest(envelope: Envelope, { id, response }: LabeledResponse): RewardRequest {
  const { data_source, id: sampleId = id, split, ...reward_model } = envelope;
  // Not part of the envelope's schema: whoever scores the request checks both, as it does for a request of our own shape.
  const { progress, images } = envelope as Envelope & { progress?: Progress; images?: readonly ImageSize[] };
  return createRewardRequest({
    sample: { data_source, images: [], prompt: [], ability: '', reward_model, extra_info: { id: sampleId } },
    response,
    ...(progress === undefined ? {} : { progress }),
    ...(split === undefined ? {} : { split: splitOf(split) }),
    ...(Array.isArray(images) ? { images } : {}),
  });
}

const HELD_OUT: readonly string[] = ['test', 'val', 'valid', 'validation', 'dev', 'eval'];

function splitOf(split: string): 'train' | 'test' {
  if (split === 'train') return 'train';
  if (HELD_OUT.includes(split)) return 'test';
  throw new VerifierError(
    'invalid_request',
    `split is "${split}". Allowed: train, ${HELD_OUT.join(', ')}; write one of them, or leave it out.`,
  );
}

const BESIDE: readonly string[] = [
  'data_source',
  'verifier',
  'verifier_parm',
  'rewards',
  'accuracy_ratio',
  'format_ratio',
  'coordinate_space',
  'split',
  'progress',
  'images',
];

function envelopeBeside({ label, beside }: LabeledResponse): Envelope | undefined {
  if (label === undefined || label === null || beside === undefined) return undefined;
  const fields = Object.fromEntries(Object.entries(beside).filter(([key, value]) => BESIDE.includes(key) && value !== null));
  if (!('verifier' in fields || 'rewards' in fields)) return undefined;
  const ground_truth = typeof label === 'string' ? label : JSON.stringify(label);
  return readEnvelope({ data_source: UNKNOWN, ...fields, ground_truth });
}

const HOW = 'Send the envelope { data_source, verifier, ground_truth, ... } as JSON (writeEnvelope of @vtriune/format)';

function bareRequest(given: LabeledResponse): RewardRequest {
  const { id, response, label, defaultVerifier, beside } = given;
  if (label === undefined || label === null) {
    throw new VerifierError('invalid_request', `there is no ground truth in it (${shown(label)}). ${HOW}.`);
  }
  if (defaultVerifier === undefined) {
    const message = `the bare ground truth ${shown(label)} names no verifier. ${HOW}, or give the server a default verifier.`;
    throw new VerifierError('invalid_request', message);
  }
  return { id, data_source: textOr(beside?.['data_source'], UNKNOWN), verifier: defaultVerifier, response, ground_truth: label };
}

// For the metrics of a failure: which source and verifier a broken envelope was meant for.
function statedBy({ label, beside }: LabeledResponse): { data_source: unknown; verifier: unknown } {
  const stated = { ...beside, ...parsed(label) };
  return { data_source: stated['data_source'], verifier: stated['verifier'] };
}

function parsed(label: unknown): JsonRecord {
  if (typeof label !== 'string') return isRecord(label) ? label : {};
  try {
    const value: unknown = JSON.parse(label);
    return isRecord(value) ? value : {};
  } catch {
    // Not JSON: a bare text states nothing.
    return {};
  }
}
