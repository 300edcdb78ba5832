import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { crowdedBox } from '../test/arbitrary.ts';
import { evaluateCoco } from './evaluate-coco.ts';
import { iou } from './iou.ts';
import { evaluateNmsAp, nonMaximumSuppression } from './nms.ts';

const scored = fc.record({ box: crowdedBox, score: fc.double({ min: 0, max: 1, noNaN: true }), label: fc.constantFrom('cat', 'dog') });

describe('nonMaximumSuppression', () => {
  const detections = [
    { box: [0, 0, 10, 10], score: 0.8, label: 'cat' },
    { box: [1, 0, 10, 10], score: 0.9, label: 'cat' },
    { box: [0, 0, 10, 10], score: 0.7, label: 'dog' },
    { box: [40, 0, 50, 10], score: 0.1, label: 'dog' },
  ] as const;

  it('keeps the best of overlapping boxes, per class or over all classes', () => {
    expect(nonMaximumSuppression(detections)).toEqual([1, 2, 3]);
    expect(nonMaximumSuppression(detections, { classAware: false })).toEqual([1, 3]);
    expect(nonMaximumSuppression(detections, { threshold: 0.95 })).toEqual([1, 0, 2, 3]);
  });

  it('leaves no overlapping pair, drops nothing without a reason, and keeps its result', () => {
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 15 }), fc.boolean(), fc.constantFrom(0, 0.3, 0.7), (boxes, classAware, threshold) => {
        const kept = nonMaximumSuppression(boxes, { classAware, threshold });
        const survivors = kept.flatMap((position) => boxes[position] ?? []);
        const suppresses = (a: (typeof boxes)[number], b: (typeof boxes)[number]): boolean =>
          (!classAware || a.label === b.label) && iou(a.box, b.box) > threshold;
        survivors.forEach((a, i) => survivors.slice(i + 1).forEach((b) => expect(suppresses(a, b)).toBe(false)));
        boxes.forEach((box, position) => {
          if (!kept.includes(position)) expect(survivors.some((other) => other.score >= box.score && suppresses(other, box))).toBe(true);
        });
        expect(nonMaximumSuppression(survivors, { classAware, threshold })).toEqual(survivors.map((_, position) => position));
      }),
    );
  });

  it('refuses broken scores and thresholds', () => {
    expect(() => nonMaximumSuppression([{ box: [0, 0, 1, 1], score: NaN }])).toThrow(/score NaN/);
    expect(() => nonMaximumSuppression([], { threshold: 2 })).toThrow(/threshold is 2/);
  });
});

describe('evaluateNmsAp', () => {
  const groundTruth = {
    images: [{ id: 1 }],
    categories: [{ id: 1 }, { id: 2 }],
    annotations: [
      { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] },
      { image_id: 1, category_id: 2, bbox: [50, 50, 10, 10] },
    ],
  };
  const guess = (category_id: number, x: number, score: number) => ({ image_id: 1, category_id, bbox: [x, x, 10, 10], score });

  it('does not pay for both labels on one object', () => {
    const hedged = [guess(1, 0, 0.8), guess(2, 0, 0.9), guess(1, 50, 0.9), guess(2, 50, 0.8)];
    expect(evaluateCoco(groundTruth, hedged).stats[1]).toBeCloseTo(0.5, 12);
    expect(evaluateNmsAp(groundTruth, hedged).stats[1]).toBe(0);
    const sure = [guess(1, 0, 0.9), guess(2, 0, 0.1), guess(2, 50, 0.9), guess(1, 50, 0.1)];
    expect(evaluateNmsAp(groundTruth, sure).stats[1]).toBeCloseTo(1, 12);
  });

  it('lets the later detection win a tie and keeps what is around no ground truth', () => {
    expect(evaluateNmsAp(groundTruth, [guess(1, 0, 0.5), guess(2, 0, 0.5)]).stats[1]).toBe(0);
    expect(evaluateNmsAp(groundTruth, [guess(2, 0, 0.5), guess(1, 0, 0.5)]).perCategory.map((scores) => scores.averagePrecision50)).toEqual(
      [expect.closeTo(1, 12), 0],
    );
    expect(evaluateNmsAp(groundTruth, [guess(1, 200, 0.5), guess(1, 400, 0.5)]).perCategory[0]?.detections).toBe(2);
  });

  it('keeps a detection that is the best around one ground truth and beaten around another', () => {
    const close = { ...groundTruth, annotations: [...groundTruth.annotations, { image_id: 1, category_id: 1, bbox: [2, 0, 10, 10] }] };
    const result = evaluateNmsAp(close, [
      { image_id: 1, category_id: 1, bbox: [-1, 0, 10, 10], score: 0.9 },
      { image_id: 1, category_id: 1, bbox: [2, 0, 10, 10], score: 0.8 },
    ]);
    expect(result.perCategory[0]?.detections).toBe(1);
  });
});
