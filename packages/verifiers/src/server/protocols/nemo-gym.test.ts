import { describe, expect, it } from 'vitest';
import { callProtocol, decodeItems, protocolContext } from '../../../test/call-protocol.ts';
import { nemoGym } from './nemo-gym.ts';

const envelope = { data_source: 'geo', verifier: 'mathverify', ground_truth: '42', format_ratio: 1 };
function message(...texts: string[]) {
  return {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: texts.map((text) => ({ type: 'output_text', text, annotations: [] })),
  };
}
function row(fields: object, output: unknown[] = [message('The answer is \\boxed{42}.')]) {
  return {
    responses_create_params: { input: [{ role: 'user', content: 'What is 6 x 7?' }] },
    response: { id: 'resp', object: 'response', output },
    uuid: 'row-1',
    ...fields,
  };
}

describe('nemo-gym protocol', () => {
  it('answers the same body with reward and components', async () => {
    const body = row({ label: JSON.stringify(envelope) });
    expect(await callProtocol(nemoGym, body)).toEqual({ ...body, reward: 0.5, reward_components: { accuracy: 1, format: 0 }, failed: 0 });
  });

  it.each([
    ['label', { label: envelope }],
    ['verifier_metadata', { verifier_metadata: envelope }],
    ['answer', { answer: JSON.stringify(envelope) }],
    ['answer, with a bare label', { label: 'forty-two', answer: envelope }],
    [
      'label, with the rest in verifier_metadata',
      { label: '42', verifier_metadata: { data_source: 'geo', verifier: 'mathverify', format_ratio: 1 } },
    ],
    ['answer, with the rest in the row', { answer: '42', data_source: 'geo', verifier: 'mathverify', format_ratio: 1 }],
  ])('finds the ground truth in %s', (_name, fields) => {
    expect(decodeItems(nemoGym, row(fields))).toMatchObject([
      { id: 'r1', data_source: 'geo', verifier: 'mathverify', ground_truth: '42', format_ratio: 1, response: 'The answer is \\boxed{42}.' },
    ]);
  });

  it('gives a bare label to the default verifier', () => {
    const context = { ...protocolContext, defaultVerifier: 'mathverify' };
    expect(decodeItems(nemoGym, row({ answer: 42 }), context)).toMatchObject([{ verifier: 'mathverify', ground_truth: 42 }]);
  });

  it('scores the last message, all parts of it, and nothing else', () => {
    const reasoning = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] };
    const call = { type: 'function_call', name: 'zoom', arguments: '{}' };
    const responseOf = (output: unknown[]) =>
      decodeItems(nemoGym, row({ label: envelope }, output)).map((item) => 'response' in item && item.response);
    expect(responseOf([message('first'), call, reasoning, message('4', '2')])).toEqual(['42']);
    expect(responseOf([{ type: 'message', content: 'plain' }])).toEqual(['plain']);
    expect(responseOf([{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }])).toEqual(['']);
  });

  it('scores a model that wrote no message as an empty answer', async () => {
    expect(await callProtocol(nemoGym, row({ label: envelope }, []))).toMatchObject({
      reward: 0,
      reward_components: { accuracy: 0, format: 0 },
      failed: 0,
    });
  });

  it('answers a row it cannot score with zeros, the same components and the error', async () => {
    const broken = await callProtocol(nemoGym, row({ label: { ...envelope, accuracy_ratio: -1 }, answer: envelope }));
    expect(broken).toMatchObject({ uuid: 'row-1', reward: 0, reward_components: { accuracy: 0, format: 0 }, failed: 1 });
    expect(broken.error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('label: ') });
    const nothing = await callProtocol(nemoGym, row({}));
    expect(nothing.error?.message).toContain('label, verifier_metadata, answer and expected_answer: there is no ground truth');
  });

  it.each([[null], [[]], [{}], [{ response: 'text' }], [{ response: { output: {} } }]])('refuses the body %j', (body) => {
    expect(() => nemoGym.decode(body, protocolContext)).toThrow(
      expect.objectContaining({ code: 'invalid_body', message: expect.stringContaining('output_text') }),
    );
  });
});
