import { describe, expect, it } from 'vitest';
import { grounding } from './grounding.ts';

function verify(response: unknown, groundTruth: unknown, parameters: Record<string, unknown> = {}) {
  return grounding.verify({
    response: JSON.stringify(response),
    groundTruth,
    parameters: { iou_threshold: 0.5, ...parameters },
    split: 'train',
    images: [],
  });
}
const A = [0, 0, 10, 10];
const B = [20, 20, 30, 30];
const NEAR_A = [0, 0, 10, 8]; // IoU 0.8 with A

describe('grounding', () => {
  it('pays the IoU at or above the threshold, nothing below', async () => {
    expect((await verify([NEAR_A], A)).accuracy).toBeCloseTo(0.8, 12);
    expect((await verify([NEAR_A], A, { iou_threshold: 0.81 })).accuracy).toBe(0);
    expect((await verify([NEAR_A], A, { overlap: 'hit' })).accuracy).toBe(1);
    // 0.5, 0.55, ... 0.8 are reached: 7 of 11 thresholds.
    expect((await verify([NEAR_A], A, { iou_threshold: 'average' })).accuracy).toBeCloseTo((0.8 * 7) / 11, 12);
  });

  it('matches boxes one to one in any order and pays the mean over the ground truths', async () => {
    expect((await verify([B, A], [A, B])).accuracy).toBe(1);
    expect((await verify([B, NEAR_A], [A, B])).accuracy).toBeCloseTo(0.9, 12);
    expect(await verify([A, A], [A, B])).toMatchObject({ accuracy: 0.5, metrics: { iou_50_recall: 0.5 } });
  });

  it('charges each box too many or too few, malformed ones too', async () => {
    expect((await verify([A, A, A], A)).accuracy).toBeCloseTo(0.36, 12);
    expect((await verify([A], [A, B])).accuracy).toBeCloseTo(0.3, 12);
    expect((await verify([A, A], A, { count_penalty: 1 })).accuracy).toBe(1);
    expect(await verify([{ bbox_2d: A }, { bbox_2d: [1, 2] }], A)).toMatchObject({ accuracy: 0.6, format: 0 });
  });

  it('tells near from far with GIoU where nothing overlaps', async () => {
    const dense = { overlap: 'giou', iou_threshold: 0 };
    const [near, far] = [await verify([[11, 0, 21, 10]], A, dense), await verify([[90, 0, 100, 10]], A, dense)];
    expect(near.accuracy).toBeGreaterThan(far.accuracy);
    expect(far.accuracy).toBeGreaterThan(0);
    expect((await verify([A], A, dense)).accuracy).toBe(1);
    expect((await verify([], A, dense)).accuracy).toBe(0);
  });

  it('pays no hit without overlap, whatever the threshold', async () => {
    expect((await verify([B], A, { overlap: 'hit', iou_threshold: 0 })).accuracy).toBe(0);
    expect((await verify([NEAR_A], A, { overlap: 'hit', iou_threshold: 0 })).accuracy).toBe(1);
  });

  it('matches what overlaps nothing by GIoU, in any order', async () => {
    const [nearA, nearB] = [
      [11, 0, 21, 10],
      [31, 20, 41, 30],
    ];
    const dense = { overlap: 'giou', iou_threshold: 0 };
    const inOrder = (await verify([nearA, nearB], [A, B], dense)).accuracy;
    expect((await verify([nearB, nearA], [A, B], dense)).accuracy).toBe(inOrder);
    expect(inOrder).toBeCloseTo((await verify([nearA], A, dense)).accuracy, 12);
  });

  it('bounds the matching of very many boxes', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => [index % 50, 0, (index % 50) + 10, 10]);
    expect((await verify(many, A)).accuracy).toBeLessThan(1e-100);
  });
});
