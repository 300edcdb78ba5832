import type { Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { asksForBoxes, rewriteToAsked } from './lenient.ts';

function sample(verifier: string, groundTruth: string): Sample {
  return {
    data_source: 's',
    images: [],
    prompt: [{ role: 'user', content: 'q' }],
    ability: 'math',
    reward_model: { verifier, ground_truth: groundTruth, answer: groundTruth },
    extra_info: { id: '1' },
  };
}

describe('rewriteToAsked', () => {
  it('boxes short answers, whatever their form', () => {
    for (const response of ['12', 'It is 12.', '\\boxed{12}', '5 + 7 = 12'])
      expect(rewriteToAsked(sample('mathverify', '12'), response)).toBe('\\boxed{12}');
  });

  it('writes boxes as JSON; a box without a label means what was asked for', () => {
    const asked = sample('detection', '[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]');
    expect(rewriteToAsked(asked, '(1,2)-(3,4)')).toBe('[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]');
    expect(rewriteToAsked(asked, 'nothing here')).toBeNull();
  });

  it('puts the answer into tags where the verifier reads it there', () => {
    const { reward_model, ...rest } = sample('detection', '[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]');
    const asked = { ...rest, reward_model: { ...reward_model, verifier_parm: { answer_format: 'answer_tag' } } };
    expect(rewriteToAsked(asked, '(1,2)-(3,4)')).toBe('<answer>[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]</answer>');
    expect(rewriteToAsked(asked, 'nothing here')).toBeNull();
  });

  it('knows which verifiers want boxes', () => {
    expect([asksForBoxes(sample('grounding', '[]')), asksForBoxes(sample('ocr', 'x'))]).toEqual([true, false]);
  });
});
