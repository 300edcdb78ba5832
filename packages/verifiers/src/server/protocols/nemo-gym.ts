/**
 * A NeMo-Gym resources server: `POST /verify` with the row's fields beside `responses_create_params` and the model's `response`. The
 * answer is the same body with `reward`, `reward_components` (`accuracy` and `format`, the same for every row, as multi-reward training
 * wants), `failed` and, for a row that cannot be scored, `error`. The envelope is in the row's `label`, `verifier_metadata` or
 * `answer`; a bare label or answer takes verifier and parameters from `verifier_metadata` or from the row. Scored is the text of the last
 * message; reasoning items and tool calls are not part of it. Left out: `/seed_session`, there is no state to prepare.
 */
import { readEnvelope } from '@vtriune/format';
import { ServiceError } from '../../service-error.ts';
import type { ProtocolAdapter, DecodedCall, ProtocolContext } from '../protocol.ts';
import { requestFromLabel, type LabeledResponse } from './envelope-request.ts';
import { isRecord, requireRecord, runOf, shareOf, shown, type JsonRecord } from './items.ts';

const SHAPE =
  '{ "responses_create_params": {...}, "response": { "output": [{ "type": "message", "content": [{ "type": "output_text", "text": ... }] }] }, "label" or "verifier_metadata" or "answer": envelope, ... }';

/** `POST /verify`: the body of a verify request to the same body with `reward`, `reward_components`, `failed` and `error?`. */
export const nemoGym: ProtocolAdapter = { name: 'nemo-gym', method: 'POST', path: '/verify', decode };

function decode(body: unknown, context: ProtocolContext): DecodedCall {
  const row = requireRecord(body, SHAPE);
  const item = requestFromLabel({
    id: context.requestId,
    response: lastMessage(row['response']),
    ...labelOf(row),
    defaultVerifier: context.defaultVerifier,
  });
  const encode: DecodedCall['encode'] = ([result]) => {
    const reward_components = { accuracy: shareOf('accuracy', result, item), format: shareOf('format', result, item) };
    const outcome =
      result?.status === 'scored' ? { reward: result.reward, failed: 0 } : { reward: 0, failed: 1, ...(result && { error: result.error }) };
    return { status: 200, body: { ...row, ...outcome, reward_components } };
  };
  return { items: [item], ...runOf(row), encode };
}

const LABEL_FIELDS = ['label', 'verifier_metadata', 'answer'] as const;

function labelOf(row: JsonRecord): Pick<LabeledResponse, 'label' | 'field' | 'beside'> {
  const metadata = row['verifier_metadata'];
  const beside = { ...row, ...(isRecord(metadata) ? metadata : {}) };
  const meant = LABEL_FIELDS.find((field) => isEnvelope(row[field]));
  if (meant !== undefined) return { label: row[meant], field: meant };
  const bare = (['label', 'answer', 'expected_answer'] as const).find((field) => row[field] !== undefined && row[field] !== null);
  return {
    label: bare === undefined ? undefined : row[bare],
    field: bare ?? 'label, verifier_metadata, answer and expected_answer',
    beside,
  };
}

// A broken envelope is meant as one: it must not be passed over for another field.
function isEnvelope(value: unknown): boolean {
  try {
    return readEnvelope(value) !== undefined;
  } catch {
    return true;
  }
}

function lastMessage(response: unknown): string {
  const output = isRecord(response) ? response['output'] : undefined;
  if (!Array.isArray(output)) {
    throw new ServiceError('invalid_body', `"response.output" is ${shown(output)}. This route takes ${SHAPE}; send it as a list.`);
  }
  const messages = output.filter((item: unknown): item is JsonRecord => isRecord(item) && item['type'] === 'message');
  // A model that ran out of tokens before its answer wrote no message: that is an empty answer, not a failure.
  const content = messages.at(-1)?.['content'] ?? [];
  if (typeof content === 'string') return content;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts
    .map((part) => (isRecord(part) && part['type'] === 'output_text' && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}
