/**
 * slime's `remote_rm`: one sample a request, `--rm-type remote_rm --rm-url http://host:port/slime --reward-key score`. The JSON answer is
 * the sample's reward as a dictionary; any of its numbers can be the `--reward-key`. A sample that cannot be scored is answered with
 * 200, zeros, `failed: 1` and `error`: slime retries an HTTP error ten times and then ends the rollout.
 */
import type { RewardResult } from '../../contract.ts';
import { ServiceError } from '../../service-error.ts';
import type { ProtocolAdapter, DecodedCall, ProtocolContext } from '../protocol.ts';
import { requestFromLabel } from './envelope-request.ts';
import { isRecord, requireRecord, runOf, shareOf, shown } from './items.ts';

const SHAPE = '{ "prompt": ..., "response": "text", "label": envelope or ground truth, "metadata"?: {...} }';

/** `POST /slime`: `{ prompt, response, label, metadata? }` to `{ score, final_reward, accuracy, format, components, failed, error? }`. */
export const slime: ProtocolAdapter = { name: 'slime', method: 'POST', path: '/slime', decode };

function decode(body: unknown, context: ProtocolContext): DecodedCall {
  const { response, label, metadata, ...rest } = requireRecord(body, SHAPE);
  if (typeof response !== 'string') {
    throw new ServiceError('invalid_body', `"response" is ${shown(response)}. This route takes ${SHAPE}; send the text of the model.`);
  }
  const item = requestFromLabel({
    id: context.requestId,
    response,
    label,
    field: 'label',
    beside: isRecord(metadata) ? metadata : undefined,
    defaultVerifier: context.defaultVerifier,
  });
  const encode: DecodedCall['encode'] = ([result]) => {
    const shares = { accuracy: shareOf('accuracy', result, item), format: shareOf('format', result, item) };
    return { status: 200, body: { ...scored(result), ...shares, ...failed(result) } };
  };
  return { items: [item], ...runOf(rest), encode };
}

function scored(result: RewardResult | undefined): { score: number; final_reward: number; components: Readonly<Record<string, number>> } {
  const reward = result?.status === 'scored' ? result.reward : 0;
  return { score: reward, final_reward: reward, components: result?.status === 'scored' ? result.components : {} };
}

function failed(result: RewardResult | undefined): { failed: 0 | 1; error?: { code: string; message: string } } {
  return result?.status === 'failed' ? { failed: 1, error: result.error } : { failed: 0 };
}
