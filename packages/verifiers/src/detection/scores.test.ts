import { iou, matchGreedy, type Box, type GreedyOrder, type LabeledBox } from '@vtriune/iou';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceIouFirst } from './reference.ts';
import { DETECTION_THRESHOLDS, scoreDetection, type DetectionJob, type DetectionScores } from './scores.ts';

const box = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([x, y, width, height]): Box => [x, y, x + width, y + height]);
const labeled = fc.record({ box, label: fc.constantFrom('cat', 'dog', 'cup') });
const boxes = fc.uniqueArray(labeled, { minLength: 1, maxLength: 8, selector: (item) => item.box.join() });
const ratios = { iou_max_label_first: 1, iou_max_iou_first: 1, iou_completeness: 0.3, map: 1, map50: 1, map75: 1 };

function run(predictions: readonly LabeledBox[], truths: readonly LabeledBox[], changes: Partial<DetectionJob> = {}): DetectionScores {
  return scoreDetection({ predictions, truths, predictionCount: predictions.length, ratios, threshold: 0.5, reference: false, ...changes });
}

function numbersOf({ byThreshold: _reports, ...terms }: DetectionScores): number[] {
  return Object.values(terms);
}

describe('scoreDetection', () => {
  it('stays in [0, 1] in both modes', () => {
    fc.assert(
      fc.property(
        boxes,
        boxes,
        fc.record({ threshold: fc.constantFrom('average' as const, 0, 0.3, 0.5, 0.99, 1), reference: fc.boolean() }),
        (predictions, truths, mode) => {
          for (const value of numbersOf(run(predictions, truths, mode))) expect(value >= 0 && value <= 1).toBe(true);
        },
      ),
    );
  });

  it('gives the ground truth itself 1, at every threshold and in any order', () => {
    fc.assert(
      fc.property(boxes, fc.constantFrom('average' as const, 0.5, 0.99, 1), (truths, threshold) => {
        for (const value of numbersOf(run([...truths].reverse(), truths, { threshold }))) expect(value).toBeCloseTo(1, 9);
      }),
    );
  });

  it('never pays more for an IoU reward at a higher threshold when boxes match one to one', () => {
    fc.assert(
      fc.property(
        labeled,
        labeled,
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        (prediction, truth, [a, b]) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(run([prediction], [truth], { threshold: high }).labelFirst).toBeLessThanOrEqual(
            run([prediction], [truth], { threshold: low }).labelFirst + 1e-12,
          );
        },
      ),
    );
  });

  it('does not depend on the order of the predictions, and IoU-first not on that of the ground truths, where no two overlaps tie', () => {
    fc.assert(
      fc.property(boxes, boxes, (predictions, truths) => {
        const overlaps = predictions
          .flatMap((prediction) => truths.map((truth) => iou(prediction.box, truth.box)))
          .filter((overlap) => overlap > 0);
        fc.pre(new Set(overlaps).size === overlaps.length);
        const forward = run(predictions, truths);
        expect(run([...predictions].reverse(), truths).labelFirst).toBeCloseTo(forward.labelFirst, 9);
        expect(run([...predictions].reverse(), [...truths].reverse()).iouFirst).toBeCloseTo(forward.iouFirst, 9);
      }),
    );
  });

  it('gives at each threshold what a matching at this threshold alone gives', () => {
    const own = fc.constantFrom('average' as const, 0.2, 0.72, 0.95);
    fc.assert(
      fc.property(boxes, boxes, own, (predictions, truths, threshold) => {
        const { byThreshold } = run(predictions, truths, { threshold });
        const expected = (order: GreedyOrder, at: number) => {
          const { matches } = matchGreedy({ predictions, groundTruths: truths }, { order, threshold: at });
          const ious = matches.filter(({ sameLabel }) => sameLabel).map((match) => match.iou);
          const missed = (truths.length - ious.length) / truths.length;
          return { meanIou: ious.reduce((sum, value) => sum + value, 0) / truths.length, recall: 1 - missed };
        };
        for (const at of threshold === 'average' ? DETECTION_THRESHOLDS : [...DETECTION_THRESHOLDS, threshold]) {
          expect(byThreshold.labelFirst.get(at)).toMatchObject(expected('label-first', at));
          expect(byThreshold.iouFirst.get(at)).toMatchObject(expected('iou-first', at));
        }
        expect(byThreshold.labelFirst.get(0.123)).toBeUndefined();
      }),
    );
  });

  it('charges extra boxes: 0.6 for each, and ten copies of one box score far below one', () => {
    const truth = [{ box: [0, 0, 10, 10] as const, label: 'cat' }];
    const copies = Array.from({ length: 10 }, () => truth[0] ?? { box: [0, 0, 1, 1] as const });
    expect(run(copies, truth).sizePenalty).toBeCloseTo(0.6 ** 9, 12);
    expect(run(copies, truth).final).toBeLessThan(0.02);
    expect(run(copies, truth).byThreshold.labelFirst.get(0.5)?.precision).toBeCloseTo(0.1, 12);
  });

  it('counts a pair of different labels as no match, where the reference counts it', () => {
    const job = [[{ box: [0, 0, 10, 10] as const, label: 'cat' }], [{ box: [0, 0, 10, 10] as const, label: 'dog' }]] as const;
    expect(run(...job).byThreshold.iouFirst.get(0.5)).toMatchObject({ meanIou: 0, precision: 0, recall: 0 });
    expect(run(...job, { reference: true }).byThreshold.iouFirst.get(0.5)).toMatchObject({ meanIou: 0, precision: 1, recall: 1 });
  });
});

describe('referenceIouFirst', () => {
  it('gives the best overlap to the last pair: a perfect answer gets 0 and then 1 (the fault we keep for parity)', () => {
    const predictions = [
      { box: [0, 0, 10, 10] as const, label: 'cat' },
      { box: [50, 50, 60, 60] as const, label: 'dog' },
    ];
    const truths = [...predictions].reverse();
    expect(referenceIouFirst(predictions, truths)(0.5)).toEqual([0]);
    expect(run(predictions, truths).iouFirst).toBe(1);
  });
});
