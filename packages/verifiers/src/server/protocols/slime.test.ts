import { describe, expect, it } from 'vitest';
import { callProtocol, decodeItems, protocolContext } from '../../../test/call-protocol.ts';
import { slime } from './slime.ts';

const label = JSON.stringify({ data_source: 'geo', verifier: 'mathverify', ground_truth: '42', accuracy_ratio: 0.9, format_ratio: 0.1 });
const right = '<think>\n6 x 7\n</think>\n\n<answer>\n\\boxed{42}\n</answer>';

describe('slime protocol', () => {
  it('answers one sample with numbers to choose from', async () => {
    expect(await callProtocol(slime, { prompt: 'What is 6 x 7?', response: right, label })).toEqual({
      score: 1,
      final_reward: 1,
      accuracy: 1,
      format: 1,
      components: { accuracy: 1, format: 1 },
      failed: 0,
    });
    const wrong = await callProtocol(slime, { prompt: [{ role: 'user', content: '?' }], response: right.replace('42', '41'), label });
    expect(wrong).toMatchObject({
      score: expect.closeTo(0.1, 12),
      final_reward: expect.closeTo(0.1, 12),
      accuracy: 0,
      format: 1,
      failed: 0,
    });
  });

  it('answers a sample it cannot score with zeros and the error', async () => {
    const answer = await callProtocol(slime, { prompt: '', response: right, label: '42' });
    expect(answer).toMatchObject({ score: 0, final_reward: 0, accuracy: 0, format: 0, components: {}, failed: 1 });
    expect(answer.error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('"42"') });
    const unknown = await callProtocol(slime, { response: right, label: label.replace('mathverify', 'nobody') });
    expect(unknown).toMatchObject({ score: 0, failed: 1, error: { code: 'unknown_verifier' } });
  });

  it('averages accuracy over several verifiers by their weights', async () => {
    const rewards = [
      { verifier: 'mathverify', weight: 3 },
      { verifier: 'format', name: 'tags' },
    ];
    const several = { data_source: 'geo', ground_truth: '41', rewards };
    const answer = await callProtocol(slime, { prompt: '', response: right, label: several });
    expect(answer).toMatchObject({ score: 0.25, accuracy: 0.25, format: 1, components: { 'tags/accuracy': 1, 'mathverify/accuracy': 0 } });
  });

  it('takes a bare label with what the metadata says, or with the default verifier', () => {
    const metadata = { data_source: 'geo', verifier: 'mathverify', verifier_parm: { answer_format: 'boxed' }, rm_type: 'remote_rm' };
    expect(decodeItems(slime, { response: right, label: '42', metadata })).toMatchObject([
      { id: 'r1', data_source: 'geo', verifier: 'mathverify', verifier_parm: { answer_format: 'boxed' }, ground_truth: '42' },
    ]);
    const context = { ...protocolContext, defaultVerifier: 'numeric' };
    expect(decodeItems(slime, { response: right, label: 42, metadata: null }, context)).toMatchObject([
      { verifier: 'numeric', ground_truth: 42 },
    ]);
  });

  it('passes on a run that the body names', () => {
    expect(slime.decode({ response: '', label, run: 'a' }, protocolContext).run).toBe('a');
    expect('run' in slime.decode({ response: '', label, run: '' }, protocolContext)).toBe(false);
  });

  it.each([[null], [[]], ['text'], [{}], [{ prompt: '', label }], [{ response: 5, label }]])('refuses the body %j', (body) => {
    expect(() => slime.decode(body, protocolContext)).toThrow(
      expect.objectContaining({ code: 'invalid_body', message: expect.stringContaining('"response"') }),
    );
  });
});
