import type { Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { createRewardRequest } from './sample-request.ts';
import { score } from './score.ts';

function sample(reward_model: Sample['reward_model']): Sample {
  return {
    data_source: 'coco',
    images: [],
    prompt: [{ role: 'user', content: 'Where is the cat?' }],
    ability: 'grounding',
    reward_model,
    extra_info: { id: 's1' },
  };
}
const truth = '[{"bbox_2d": [100, 100, 500, 600], "label": "cat"}]';

describe('createRewardRequest', () => {
  it('carries what the sample says, with its coordinate space among the parameters', async () => {
    const grounding = sample({
      verifier: 'grounding',
      ground_truth: truth,
      coordinate_space: 'norm_1000',
      verifier_parm: { iou_threshold: 0.5, response_space: 'pixel_original' },
      format_ratio: 0.1,
    });
    const request = createRewardRequest({
      sample: grounding,
      response: '[20, 10, 100, 60]',
      id: 's1-0',
      split: 'test',
      images: [{ width: 200, height: 100 }],
    });
    expect(request).toMatchObject({
      id: 's1-0',
      data_source: 'coco',
      verifier_parm: { coordinate_space: 'norm_1000', iou_threshold: 0.5 },
      format_ratio: 0.1,
    });
    expect((await score([request]))[0]).toMatchObject({ status: 'scored', reward: 1 });
  });

  it('scores several verifiers on one sample', async () => {
    const both = sample({
      ground_truth: truth,
      rewards: [
        { verifier: 'grounding', weight: 0.5, verifier_parm: { iou_threshold: 0 } },
        { verifier: 'format', weight: 0.5 },
      ],
    });
    const [result] = await score([createRewardRequest({ sample: both, response: '[100, 100, 500, 600]' })]);
    expect(result).toMatchObject({ id: 's1', verifier: 'grounding+format', reward: 0.5 });
  });

  it('refuses a sample without a verifier', () => {
    expect(() => createRewardRequest({ sample: sample({ ground_truth: '1' }), response: '' })).toThrow('names no verifier');
  });
});
