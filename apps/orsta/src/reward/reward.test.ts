import { builtins, createRegistry } from '@vtriune/verifiers';
import type { Sample } from '@vtriune/format';
import type { RolloutToScore } from '@vtriune/trainer';
import { describe, expect, it } from 'vitest';
import { createImageLoader } from '../data/image-loader.ts';
import { createReward, loadRegistry, rewardRequest } from './reward.ts';

const registry = createRegistry(builtins);
const images = createImageLoader();
const grounding = {
  verifier: 'grounding',
  ground_truth: '[{"bbox_2d": [10, 10, 30, 30], "label": "cat"}]',
  verifier_parm: { iou_threshold: 0.5, answer_format: 'json' },
};

function rollout(
  rewardModel: Sample['reward_model'],
  split: 'train' | 'test',
  response = '[{"bbox_2d": [10, 10, 30, 22], "label": "cat"}]',
): RolloutToScore {
  const sample: Sample = {
    data_source: 's',
    images: [{ path: 'a.png' }],
    prompt: [{ role: 'user', content: '<image>' }],
    ability: 'grounding',
    reward_model: rewardModel,
    extra_info: { id: '1' },
  };
  return {
    id: '1-0-0',
    sample,
    response,
    split,
    progress: { step: 5, totalSteps: 10 },
    imageSizes: [{ width: 96, height: 96, resizedWidth: 112, resizedHeight: 112 }],
  };
}

describe('rewardRequest', () => {
  it('tells progress and image sizes', () => {
    expect(rewardRequest(rollout(grounding, 'train'), { registry, images })).toMatchObject({
      id: '1-0-0',
      progress: { step: 5, total_steps: 10 },
      split: 'train',
      images: [{ width: 96, height: 96, resized_width: 112, resized_height: 112 }],
      verifier_parm: { iou_threshold: 0.5 },
    });
  });

  it('replaces the threshold of box verifiers in training alone', () => {
    const options = { registry, images, iouSchedule: 0.9 };
    expect(rewardRequest(rollout(grounding, 'train'), options).verifier_parm).toMatchObject({ iou_threshold: 0.9, answer_format: 'json' });
    expect(rewardRequest(rollout(grounding, 'test'), options).verifier_parm).toMatchObject({ iou_threshold: 0.5 });
    expect(rewardRequest(rollout({ verifier: 'ocr', ground_truth: 'x' }, 'train'), options).verifier_parm).not.toHaveProperty(
      'iou_threshold',
    );
  });

  it('does so within several rewards too', () => {
    const several = {
      ground_truth: 'x',
      verifier_parm: { answer_format: 'json' },
      rewards: [{ verifier: 'grounding' }, { verifier: 'ocr' }],
    };
    const { rewards } = rewardRequest(rollout(several, 'train'), { registry, images, iouSchedule: 0.9 });
    expect(rewards?.map(({ verifier_parm }) => verifier_parm)).toEqual([
      { answer_format: 'json', iou_threshold: 0.9 },
      { answer_format: 'json' },
    ]);
  });
});

describe('rewardRequest, of a response with tools', () => {
  it('has the turns as texts, and the counts of calls', () => {
    const picture = { width: 2, height: 2, data: new Uint8Array(12) };
    const turns = [
      { role: 'assistant', text: '<tool_call>{}</tool_call>', images: [] },
      { role: 'tool', text: '<tool_response>\n<image>\n</tool_response>', images: [picture] },
      { role: 'assistant', text: 'a cat', images: [] },
    ] as const;
    const looked = { ...rollout(grounding, 'train', 'a cat'), trajectory: { turns, toolCalls: 1, toolErrors: 0 } };
    const request = rewardRequest(looked, { registry, images });
    expect(request.response).toBe('a cat');
    expect(request.trajectory).toEqual({ tool_calls: 1, tool_errors: 0, turns: turns.map(({ role, text }) => ({ role, text })) });
    expect(rewardRequest(rollout(grounding, 'train'), { registry, images })).not.toHaveProperty('trajectory');
  });
});

describe('createReward', () => {
  it('pays a box of IoU 0.6 under a schedule that begins low, and not under the threshold in force later', async () => {
    const pay = async (iouSchedule: number): Promise<unknown> =>
      (await createReward({ registry, images, iouSchedule })([rollout(grounding, 'train')]))[0];
    expect(await pay(0.3)).toMatchObject({ status: 'scored', reward: expect.closeTo(0.6, 6) });
    expect(await pay(0.7)).toMatchObject({ status: 'scored', reward: 0 });
  });
});

describe('loadRegistry', () => {
  it('has the built-ins, and names the package that is not there', async () => {
    expect((await loadRegistry([], '/')).has('mathverify')).toBe(true);
    await expect(loadRegistry(['no-such-verifier-package'], '/')).rejects.toThrow(/no-such-verifier-package/);
  });
});
