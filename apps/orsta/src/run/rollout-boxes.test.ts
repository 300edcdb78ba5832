import type { Rollout } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { rolloutBoxes } from './rollout-boxes.ts';

function text(box: readonly number[]): string {
  return `[{"bbox_2d": [${box.join(', ')}], "label": "cat"}]`;
}

/** An image of 200 x 100 that the model saw as 100 x 50. */
function rollout(truth: string, response: string, spaces: Record<string, unknown> = {}, images = 1): Rollout<RewardResult> {
  const { coordinate_space, ...verifier_parm } = spaces;
  const sample = {
    images: Array.from({ length: images }, () => ({ path: 'a.png' })),
    reward_model: { verifier: 'detection', ground_truth: truth, coordinate_space, verifier_parm },
  };
  return {
    response,
    prompt: { sample, imageSizes: [{ width: 150, height: 75, resizedWidth: 100, resizedHeight: 50 }] },
  } as unknown as Rollout<RewardResult>;
}

const images = { storedSize: () => ({ width: 200, height: 100 }) };
function found(given: Rollout<RewardResult>) {
  return rolloutBoxes(given, { images })?.map(({ bbox_2d, kind }) => [kind, ...bbox_2d]);
}

describe('rolloutBoxes', () => {
  it.each([
    ['pixel_original', [20, 10, 40, 30], [20, 10, 40, 30]],
    ['pixel_resized', [20, 10, 40, 30], [40, 20, 80, 60]],
    ['norm_1000', [100, 100, 200, 300], [20, 10, 40, 30]],
    ['norm_1', [0.1, 0.1, 0.2, 0.3], [20, 10, 40, 30]],
  ])('brings boxes in %s to pixels of the stored image', (space, said, stored) => {
    expect(
      found(rollout('none', text(said), { response_space: space }))?.[0]?.map((side) =>
        typeof side === 'number' ? Math.round(side) : side,
      ),
    ).toEqual(['predicted', ...stored]);
  });

  it('brings them to pixels of the image that is shown, where that is another', () => {
    const boxes = rolloutBoxes(rollout('none', text([20, 10, 40, 30])), { images, shown: { width: 100, height: 50 } });
    expect(boxes?.map(({ bbox_2d }) => bbox_2d)).toEqual([[10, 5, 20, 15]]);
  });

  it('tells what is true from what was said', () => {
    const spaces = { coordinate_space: 'pixel_original', response_space: 'pixel_resized' };
    expect(found(rollout(text([0, 0, 10, 10]), text([5, 5, 10, 10]), spaces))).toEqual([
      ['ground_truth', 0, 0, 10, 10],
      ['predicted', 10, 10, 20, 20],
    ]);
  });

  it('reads boxes in the notations that a base mixes', () => {
    expect(found(rollout('none', 'cat 20 10 40 30'))).toEqual([['predicted', 20, 10, 40, 30]]);
  });

  it('has nothing to say of answers without boxes and of several images', () => {
    expect(found(rollout('4', '\\boxed{4}'))).toBeUndefined();
    expect(found(rollout(text([0, 0, 1, 1]), '', {}, 2))).toBeUndefined();
  });
});
