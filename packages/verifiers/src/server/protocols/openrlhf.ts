/**
 * OpenRLHF's remote reward model: `--reward.remote_url http://host:port/get_reward`. Every label is an envelope, the only carrier that
 * this trainer has. A trainer with several URLs sends all but the first empty lists, and a failed call ends its run: both are answered
 * with 200. `extra_logs` has the same keys for every sample, whatever its verifier, since OpenRLHF stacks them: `accuracy`, `format` and
 * `failed`, which is all that every verifier has.
 */
import type { FailedResult, RewardRequest } from '../../contract.ts';
import { ServiceError } from '../../service-error.ts';
import type { ProtocolAdapter, DecodedCall, ProtocolContext } from '../protocol.ts';
import { requestFromLabel } from './envelope-request.ts';
import { failedItem, requireRecord, runOf, shareOf, shown } from './items.ts';
import { responseIn } from './openrlhf-response.ts';

const SHAPE = '{ "query": [text], "prompts": [text], "labels": [envelope or ground truth] }, lists of one length';

/** `POST /get_reward`: `{ query, prompts, labels }` to `{ rewards, scores, extra_logs: { accuracy, format, failed }, errors }`. */
export const openrlhf: ProtocolAdapter = { name: 'openrlhf', method: 'POST', path: '/get_reward', decode };

function decode(body: unknown, context: ProtocolContext): DecodedCall {
  const { query, prompts, labels, ...rest } = requireRecord(body, SHAPE);
  if (query === undefined) throw new ServiceError('invalid_body', `"query" is absent. This route takes ${SHAPE}; send it.`);
  const queries = listOf(query);
  const promptList = sameLength('prompts', listOf(prompts), queries.length);
  const labelList = sameLength('labels', listOf(labels), queries.length);
  const items = queries.map((text, index) => toItem({ query: text, prompt: promptList[index], label: labelList[index], index }, context));
  return { items, ...runOf(rest), encode: (results) => ({ status: 200, body: answer(items, results) }) };
}

// One rollout may come as bare values instead of lists of one.
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function sameLength(field: string, list: readonly unknown[], length: number): readonly unknown[] {
  if (list.length === length || list.length === 0) return list;
  throw new ServiceError('invalid_body', `"${field}" has ${list.length} entries and "query" has ${length}. This route takes ${SHAPE}.`);
}

function toItem(
  given: { query: unknown; prompt: unknown; label: unknown; index: number },
  context: ProtocolContext,
): RewardRequest | FailedResult {
  const { query, prompt, label, index } = given;
  const id = `${context.requestId}-${index}`;
  if (typeof query !== 'string') {
    const message = `query[${index}] is ${shown(query)}. It must be the text of prompt and response.`;
    return failedItem({ id, data_source: undefined, verifier: undefined }, { code: 'invalid_request', message });
  }
  const response = responseIn(query, typeof prompt === 'string' ? prompt : '');
  return requestFromLabel({ id, response, label, field: `labels[${index}]`, defaultVerifier: context.defaultVerifier });
}

type Items = DecodedCall['items'];
type Results = Parameters<DecodedCall['encode']>[0];

function answer(items: Items, results: Results): Readonly<Record<string, unknown>> {
  const rewards = results.map((result) => (result.status === 'scored' ? result.reward : 0));
  const extra_logs = {
    accuracy: results.map((result, index) => shareOf('accuracy', result, items[index])),
    format: results.map((result, index) => shareOf('format', result, items[index])),
    failed: results.map(({ status }) => (status === 'failed' ? 1 : 0)),
  };
  const errors = results.flatMap((result, index) => (result.status === 'failed' ? [{ index, ...result.error }] : []));
  return { rewards, scores: rewards, extra_logs, errors };
}
