import { writeEnvelope } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { score } from '../../score.ts';
import { requestFromLabel } from './envelope-request.ts';

const fields = { data_source: 'geo', verifier: 'mathverify', ground_truth: '42' };
const given = { id: 'r1', response: '\\boxed{42}', field: 'label' };

describe('requestFromLabel', () => {
  it('reads an envelope from text and from an object alike', () => {
    const request = {
      id: 'r1',
      data_source: 'geo',
      verifier: 'mathverify',
      ground_truth: '42',
      response: '\\boxed{42}',
      verifier_parm: {},
    };
    expect(requestFromLabel({ ...given, label: writeEnvelope(fields) })).toEqual(request);
    expect(requestFromLabel({ ...given, label: fields })).toEqual(request);
  });

  it('keeps every field of the request, with the coordinate space among the parameters', () => {
    const label = JSON.stringify({
      ...fields,
      id: 's7',
      verifier: 'grounding',
      verifier_parm: { iou_threshold: 0.5 },
      coordinate_space: 'norm_1000',
      answer: 'cat',
      accuracy_ratio: 0.9,
      format_ratio: 0.1,
      split: 'validation',
      progress: { step: 3, total_steps: 10 },
      images: [{ width: 200, height: 100 }],
    });
    expect(requestFromLabel({ ...given, label })).toEqual({
      id: 's7',
      data_source: 'geo',
      verifier: 'grounding',
      verifier_parm: { coordinate_space: 'norm_1000', iou_threshold: 0.5 },
      response: '\\boxed{42}',
      ground_truth: '42',
      answer: 'cat',
      accuracy_ratio: 0.9,
      format_ratio: 0.1,
      split: 'test',
      progress: { step: 3, total_steps: 10 },
      images: [{ width: 200, height: 100 }],
    });
  });

  it('carries several verifiers', () => {
    const rewards = [{ verifier: 'mathverify', weight: 3 }, { verifier: 'format' }];
    const label = JSON.stringify({ data_source: 'geo', ground_truth: '42', rewards });
    expect(requestFromLabel({ ...given, label })).toMatchObject({ verifier: 'mathverify+format', rewards });
  });

  it('leaves progress and images that are no such thing to the scorer, which fails them', async () => {
    const request = requestFromLabel({ ...given, label: { ...fields, progress: 'late' } });
    if ('status' in request) throw new Error('failed too early');
    expect(await score([request])).toMatchObject([{ status: 'failed', error: { code: 'invalid_request' } }]);
  });

  it('gives a bare label to the default verifier, as it is', () => {
    const bare = { ...given, defaultVerifier: 'mathverify' };
    expect(requestFromLabel({ ...bare, label: '\\{1, 2\\}' })).toMatchObject({
      verifier: 'mathverify',
      ground_truth: '\\{1, 2\\}',
      data_source: 'unknown',
    });
    expect(requestFromLabel({ ...bare, label: [1, 2, 3, 4], beside: { data_source: 'coco' } })).toMatchObject({
      ground_truth: [1, 2, 3, 4],
      data_source: 'coco',
    });
    expect(requestFromLabel({ ...bare, label: 0 })).toMatchObject({ ground_truth: 0 });
  });

  it('gives a bare label to the verifier that stands beside it, before the default one', () => {
    const beside = { data_source: 'coco', verifier: 'grounding', verifier_parm: { iou_threshold: 0.5 }, accuracy_ratio: null, other: 1 };
    expect(requestFromLabel({ ...given, label: [1, 2, 3, 4], beside, defaultVerifier: 'text' })).toEqual({
      id: 'r1',
      data_source: 'coco',
      verifier: 'grounding',
      verifier_parm: { iou_threshold: 0.5 },
      response: '\\boxed{42}',
      ground_truth: '[1,2,3,4]',
    });
  });

  it.each([
    [
      'a bare text without a default verifier',
      '42',
      /label: the bare ground truth "42" names no verifier.*writeEnvelope.*default verifier/,
    ],
    ['a long bare text, cut', 'x'.repeat(500), /ground truth "x{78}… names no verifier/],
    ['no label', undefined, /there is no ground truth in it \(absent\)/],
    ['null', null, /there is no ground truth in it \(null\)/],
    ['an envelope without a verifier', { data_source: 'geo', ground_truth: '1' }, /names no verifier/],
    ['an envelope with a ratio out of range', { ...fields, accuracy_ratio: -7 }, /accuracy_ratio/],
    ['an envelope with an unknown split', { ...fields, split: 'rl' }, /split is "rl"\. Allowed: train, test/],
  ])('fails %s by name', (_name, label, message) => {
    const failed = requestFromLabel({ ...given, label });
    expect(failed).toMatchObject({
      id: 'r1',
      status: 'failed',
      error: { code: 'invalid_request', message: expect.stringMatching(message) },
    });
  });

  it('says which source and verifier a broken envelope was meant for', () => {
    const label = JSON.stringify({ ...fields, format_ratio: 'much' });
    expect(requestFromLabel({ ...given, label })).toMatchObject({ data_source: 'geo', verifier: 'mathverify', status: 'failed' });
    expect(requestFromLabel({ ...given, label: '42' })).toMatchObject({ data_source: 'unknown', verifier: 'unknown' });
  });
});
