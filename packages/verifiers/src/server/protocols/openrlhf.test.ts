import { writeEnvelope } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { callProtocol, decodeItems, protocolContext } from '../../../test/call-protocol.ts';
import { openrlhf } from './openrlhf.ts';

const prompt = '<|im_start|>user\nWhat is 6 x 7?<|im_end|>\n<|im_start|>assistant\n';
const math = writeEnvelope({ data_source: 'geo', verifier: 'mathverify', ground_truth: '42', format_ratio: 1, accuracy_ratio: 1 });
const boxes = writeEnvelope({
  data_source: 'coco',
  verifier: 'detection',
  verifier_parm: { iou_threshold: 0.5 },
  ground_truth: '[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}]',
});

describe('openrlhf protocol', () => {
  it('answers lists, with the same extra_logs for every verifier and for failures', async () => {
    const answer = await callProtocol(openrlhf, {
      query: [
        `${prompt}\\boxed{42}<|im_end|>`,
        `${prompt}[{"bbox_2d": [0, 0, 10, 10], "label": "cat"}]<|im_end|>`,
        `${prompt}42<|im_end|>`,
      ],
      prompts: [prompt, prompt, prompt],
      labels: [math, boxes, '42'],
    });
    expect(answer).toEqual({
      rewards: [0.5, 1, 0],
      scores: [0.5, 1, 0],
      extra_logs: { accuracy: [1, 1, 0], format: [0, 1, 0], failed: [0, 0, 1] },
      errors: [{ index: 2, code: 'invalid_request', message: expect.stringContaining('labels[2]: the bare ground truth "42"') }],
    });
  });

  it('answers the empty shard of a second server', async () => {
    expect(await callProtocol(openrlhf, { query: [], prompts: [], labels: [] })).toEqual({
      rewards: [],
      scores: [],
      extra_logs: { accuracy: [], format: [], failed: [] },
      errors: [],
    });
  });

  it('takes bare values for lists of one, and a label that is JSON already', async () => {
    const answer = await callProtocol(openrlhf, { query: `${prompt}\\boxed{42}`, prompts: prompt, labels: JSON.parse(math) });
    expect(answer).toMatchObject({ rewards: [0.5], extra_logs: { failed: [0] } });
  });

  it('gives each item an id of its own, and bare labels to the default verifier', () => {
    const context = { ...protocolContext, defaultVerifier: 'mathverify' };
    expect(decodeItems(openrlhf, { query: ['42', '43'], prompts: [], labels: ['42', 42] }, context)).toMatchObject([
      { id: 'r1-0', verifier: 'mathverify', response: '42', ground_truth: '42' },
      { id: 'r1-1', verifier: 'mathverify', response: '43', ground_truth: 42 },
    ]);
  });

  it('fails samples, not the call, where labels are missing or a query is no text', async () => {
    const answer = await callProtocol(openrlhf, { query: ['a', null], prompts: ['a', 'b'] });
    expect(answer).toMatchObject({ rewards: [0, 0], extra_logs: { failed: [1, 1] } });
    expect(answer.errors?.map(({ message }) => message)).toEqual([
      expect.stringContaining('labels[0]: there is no ground truth'),
      expect.stringContaining('query[1] is null'),
    ]);
  });

  it.each([
    [null, /The body is null/],
    [[], /The body is \[\]/],
    [{ labels: [] }, /"query" is absent/],
    [{ query: ['a'], prompts: ['a', 'b'], labels: ['1'] }, /"prompts" has 2 entries and "query" has 1/],
    [{ query: ['a', 'b'], prompts: [], labels: ['1'] }, /"labels" has 1 entries and "query" has 2/],
  ])('refuses the body %j', (body, message) => {
    expect(() => openrlhf.decode(body, protocolContext)).toThrow(
      expect.objectContaining({ code: 'invalid_body', message: expect.stringMatching(message) }),
    );
  });
});
