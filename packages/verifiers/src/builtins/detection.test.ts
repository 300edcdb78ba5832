import { describe, expect, it } from 'vitest';
import { score } from '../score.ts';
import { detection } from './detection.ts';

const CAT = { bbox_2d: [10, 10, 50, 60], label: 'cat' };
const OFF = { bbox_2d: [12, 11, 52, 61], label: 'cat' };
const IOU = (38 * 49) / (2 * 40 * 50 - 38 * 49);
function verify(response: unknown, parameters: Record<string, unknown> = {}, more: object = {}) {
  return detection.verify({
    response: typeof response === 'string' ? response : JSON.stringify(response),
    groundTruth: [CAT],
    parameters: { iou_threshold: 0.5, ...parameters },
    split: 'train',
    images: [],
    ...more,
  });
}

describe('detection', () => {
  it('pays 0.7 IoU and 0.3 completeness by default, only above the threshold', async () => {
    expect((await verify([OFF])).accuracy).toBeCloseTo(0.7 * IOU + 0.3, 12);
    expect((await verify([OFF], { iou_threshold: 0.95 })).accuracy).toBe(0);
  });

  it('follows training progress, and fails without it instead of taking a default', async () => {
    const request = { id: '1', data_source: 's', verifier: 'detection', response: JSON.stringify([OFF]), ground_truth: [CAT] };
    const shifted = JSON.stringify([{ ...CAT, bbox_2d: [10, 10, 50, 65] }]); // IoU 0.909
    const [without, early, late, test] = await score([
      request,
      { ...request, response: shifted, progress: { step: 1, total_steps: 100 } },
      { ...request, response: shifted, progress: { step: 20, total_steps: 100 } },
      { ...request, response: shifted, split: 'test' },
    ]);
    expect(without).toMatchObject({ status: 'failed', error: { code: 'invalid_request' } });
    expect(early).toMatchObject({ status: 'scored', metrics: { iou_threshold: 0.85 } });
    expect([early, late, test].map((result) => (result?.status === 'scored' ? result.reward > 0 : null))).toEqual([true, false, false]);
    expect(test).toMatchObject({ metrics: { iou_threshold: 0.99, iou_75_precision: 1 } });
  });

  it('charges malformed entries and duplicates, which the reference drops', async () => {
    const withJunk = [CAT, CAT, { bbox_2d: [1, 2], label: 'cat' }];
    expect(await verify(withJunk)).toMatchObject({
      format: 0,
      components: { size_penalty: 0.36 },
      metrics: { predicted_boxes: 3, malformed_boxes: 1 },
    });
    const tagged = `\n<answer>\n${JSON.stringify(withJunk)}\n</answer>`;
    expect(await verify(tagged, { compat: 'v-triune' })).toMatchObject({ accuracy: 1, components: { size_penalty: 1 } });
  });

  it('wants one opening tag, where the reference takes any number', async () => {
    const twice = `\n<answer>\n\n<answer>\n${JSON.stringify([CAT])}\n</answer>`;
    expect(await verify(twice, { answer_format: 'answer_tag' })).toMatchObject({ accuracy: 0, format: 0 });
    const doubled = `\n<answer>\n${JSON.stringify([CAT])}\n<answer>\n\n</answer>`;
    expect((await verify(doubled, { compat: 'v-triune' })).format).toBe(0);
    expect((await verify(`\n<answer>\n${JSON.stringify([CAT])}\n</answer>\n<answer>\n`, { compat: 'v-triune' })).format).toBe(1);
  });

  it('refuses shares that pay nothing, where the reference pays 0 for ever', () => {
    expect(() => verify([CAT], { det_reward_ratio: { iou_completeness: 1 } })).toThrow('gives every term the share 0');
    expect(() => verify([CAT], { det_reward_ratio: { iou_first: 1 } })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(() => verify([CAT], { compat: 'v-triune', iou_threshold: 0.51 })).toThrow('knows no IoU threshold 0.51');
  });

  it('converts what det_verifier_normalized declares, truncating only in compat', async () => {
    const images = [{ width: 100, height: 100, resized_width: 300, resized_height: 300 }];
    const parameters = { det_verifier_normalized: true, iou_threshold: 0.5 };
    const inPixels = [{ bbox_2d: [3, 3, 15, 18], label: 'cat' }];
    expect((await verify(inPixels, parameters, { images })).accuracy).toBe(1);
    const odd = `\n<answer>\n[{"bbox_2d": [3.2, 3, 15, 18], "label": "cat"}]\n</answer>`;
    expect((await verify(odd, { ...parameters, compat: 'v-triune' }, { images })).accuracy).toBe(1);
    expect((await verify(odd, parameters, { images })).accuracy).toBeLessThan(1);
    expect(() => verify(odd, parameters)).toThrow('Send images[0]');
    expect(() => verify(odd, { ...parameters, compat: 'v-triune' })).toThrow('resized_width');
    expect(() => verify(odd, { ...parameters, response_space: 'norm_1' }, { images })).toThrow(
      expect.objectContaining({ code: 'invalid_parameters' }),
    );
  });

  it('compares boxes without labels where the ground truth has none, and refuses a mixture', async () => {
    const given = { parameters: { iou_threshold: 0.5 }, split: 'train' as const, images: [] };
    expect(await detection.verify({ ...given, groundTruth: '[[10, 10, 50, 60]]', response: JSON.stringify([CAT]) })).toMatchObject({
      accuracy: 1,
    });
    expect(() => detection.verify({ ...given, groundTruth: [CAT, { bbox_2d: [1, 2, 3, 4] }], response: '' })).toThrow(
      '1 of 2 ground truth boxes have no label',
    );
    for (const groundTruth of ['', 'a cat', null, 5, [{ bbox_2d: [1, 2, 3] }], [CAT, { bbox_2d: [9, 9, 1, 1], label: 'cat' }]]) {
      expect(() => detection.verify({ ...given, groundTruth, response: '' })).toThrow(
        expect.objectContaining({ code: 'invalid_ground_truth' }),
      );
    }
  });
});
