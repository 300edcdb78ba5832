import type { Rollout } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { expect, it } from 'vitest';
import { rolloutRecords } from './step-records.ts';
import type { RolloutImages } from './rollout-images.ts';

/** A response to a sample; `id` is `<step or eval>-<place of the prompt>-<response>`. */
function rollout(id: string, sample: string): Rollout<RewardResult> {
  const prompt = {
    sample: {
      data_source: 'numbers',
      images: [],
      prompt: [{ role: 'user', content: 'How many?' }],
      reward_model: { verifier: 'counting', ground_truth: 3 },
      extra_info: { id: sample },
    },
    imageSizes: [],
  };
  return {
    id,
    prompt,
    response: '3',
    generation: { tokenIds: [1], truncated: false },
    advantage: null,
  } as unknown as Rollout<RewardResult>;
}

const kept = { keep: () => Promise.resolve(new Map()) } as unknown as RolloutImages;
const images = { storedSize: () => undefined };

it.each([
  ['train', ['1-0', '1-0', '1-1']],
  ['test', [undefined, undefined, undefined]],
] as const)('of %s have the groups %j', async (split, groups) => {
  // In training one sample may be drawn twice. The batches of an evaluation each count their prompts from 0.
  const rollouts = [rollout('1-0-0', 'a'), rollout('1-0-1', 'a'), rollout('1-1-0', 'b')];
  const records = await rolloutRecords(rollouts, { step: 1, split, images, kept });
  expect(records.map((record) => ('group' in record ? record.group : undefined))).toEqual([...groups]);
});
