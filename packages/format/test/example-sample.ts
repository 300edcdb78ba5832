import type { Sample } from '../src/sample.ts';

/** A valid detection sample with one image in memory; `changes` replaces top-level fields. */
export function exampleSample(changes: Partial<Sample> = {}): Sample {
  return {
    data_source: 'cats',
    images: [{ bytes: new Uint8Array([137, 80, 78, 71, 0, 255]), path: 'images/1.png' }],
    prompt: [{ role: 'user', content: '<image>Find the cat.' }],
    ability: 'detection',
    reward_model: {
      answer: 'cat',
      ground_truth: '[{"bbox_2d": [1, 2, 30, 40], "label": "cat"}]',
      accuracy_ratio: 1,
      format_ratio: 0.1,
      verifier: 'detection',
      verifier_parm: { det_verifier_normalized: false, det_reward_ratio: { iou_max_label_first: 1, iou_completeness: 0.3 } },
    },
    extra_info: { id: 'cats-1', split: 'train' },
    ...changes,
  };
}
