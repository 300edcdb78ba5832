import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyBox, crowdedBox } from '../test/arbitrary.ts';
import { iou } from './iou.ts';
import { matchGreedy, matchGreedyByThreshold, matchOptimal, type LabeledBox, type Matching } from './match.ts';
import { pairwiseIou } from './pairwise-iou.ts';

const labeled = fc.record({ box: crowdedBox, label: fc.constantFrom('cat', 'dog') });
const lists = fc.record({ predictions: fc.array(labeled, { maxLength: 6 }), groundTruths: fc.array(labeled, { maxLength: 6 }) });
function total({ matches }: Matching): number {
  return matches.reduce((sum, match) => sum + match.iou, 0);
}

/** The largest sum of IoU of any one-to-one matching, by trying all of them. */
function bestTotal(predictions: readonly LabeledBox[], groundTruths: readonly LabeledBox[]): number {
  const [first, ...rest] = predictions;
  if (first === undefined) return 0;
  const choices = groundTruths.map((truth, index) => {
    const others = groundTruths.filter((_, other) => other !== index);
    return truth.label === first.label ? iou(first.box, truth.box) + bestTotal(rest, others) : 0;
  });
  return Math.max(bestTotal(rest, groundTruths), ...choices);
}

function expectPartition(matching: Matching, rows: number, columns: number): void {
  const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
  const ascending = (values: number[]): number[] => values.sort((a, b) => a - b);
  expect(ascending([...matching.matches.map(({ prediction }) => prediction), ...matching.unmatchedPredictions])).toEqual(range(rows));
  expect(ascending([...matching.matches.map(({ groundTruth }) => groundTruth), ...matching.unmatchedGroundTruths])).toEqual(range(columns));
}

const orders = fc.constantFrom('iou-first' as const, 'label-first' as const);
const FEW = [0, 0.25, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.9, 1];

describe('matchGreedyByThreshold', () => {
  it('has the pairs of matchGreedy at every threshold, in any order of the thresholds', () => {
    fc.assert(
      fc.property(lists, orders, fc.shuffledSubarray(FEW), (input, order, thresholds) => {
        const oneByOne = thresholds.map((threshold) => matchGreedy(input, { order, threshold }).matches);
        expect(matchGreedyByThreshold(input, { order, thresholds })).toEqual(oneByOne);
        const matrix = { iou: input.predictions.map(({ box }) => input.groundTruths.map((truth) => iou(box, truth.box))) };
        const ofMatrix = thresholds.map((threshold) => matchGreedy(matrix, { order, threshold }).matches);
        expect(matchGreedyByThreshold(matrix, { order, thresholds })).toEqual(ofMatrix);
      }),
      { numRuns: 500 },
    );
  });

  it('takes the same list where all pairs reach the next threshold', () => {
    const boxes: LabeledBox[] = [{ box: [0, 0, 4, 4] }, { box: [9, 9, 12, 12] }];
    for (const order of ['iou-first', 'label-first'] as const) {
      const [low, middle, high] = matchGreedyByThreshold(
        { predictions: boxes, groundTruths: boxes },
        { order, thresholds: [0.5, 0.75, 1] },
      );
      expect(low).toHaveLength(2);
      expect([middle, high].every((matches) => matches === low)).toBe(true);
    }
  });

  it('refuses what matchGreedy refuses', () => {
    expect(() => matchGreedyByThreshold({ iou: [] }, { thresholds: [0.5, 1.5] })).toThrow(/threshold is 1.5.*\[0, 1\]/);
    expect(matchGreedyByThreshold({ iou: [[1]] }, { thresholds: [] })).toEqual([]);
  });
});

describe('matching', () => {
  it('uses every box once, and only pairs that reach the threshold', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom(0, 0.3, 0.5, 0.9), (input, threshold) => {
        const all = [
          matchGreedy(input, { threshold }),
          matchGreedy(input, { threshold, order: 'label-first' }),
          matchOptimal(input, { threshold }),
          matchOptimal(input, { threshold, sameLabel: false }),
        ];
        for (const matching of all) {
          expectPartition(matching, input.predictions.length, input.groundTruths.length);
          for (const { iou: overlap } of matching.matches) expect(overlap > 0 && overlap >= threshold).toBe(true);
        }
        for (const { sameLabel } of [...(all[1]?.matches ?? []), ...(all[2]?.matches ?? [])]) expect(sameLabel).toBe(true);
      }),
    );
  });

  it('finds the largest sum of IoU', () => {
    const small = fc.record({ predictions: fc.array(labeled, { maxLength: 5 }), groundTruths: fc.array(labeled, { maxLength: 4 }) });
    fc.assert(
      fc.property(small, (input) => {
        expect(total(matchOptimal(input))).toBeCloseTo(bestTotal(input.predictions, input.groundTruths), 10);
        expect(total(matchOptimal(input)) + 1e-12).toBeGreaterThanOrEqual(total(matchGreedy(input, { order: 'label-first' })));
      }),
    );
  });

  it('matches no more pairs at a higher threshold', () => {
    fc.assert(
      fc.property(lists, fc.constantFrom('iou-first', 'label-first'), (input, order) => {
        const counts = [0, 0.25, 0.5, 0.75, 1].map((threshold) => matchGreedy(input, { threshold, order }).matches.length);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
      }),
    );
  });

  it('does not depend on the order of the predictions where no IoU occurs twice', () => {
    fc.assert(
      fc.property(lists, (input) => {
        const overlaps = input.predictions
          .flatMap(({ box }) => input.groundTruths.map((truth) => iou(box, truth.box)))
          .filter((overlap) => overlap > 0);
        fc.pre(new Set(overlaps).size === overlaps.length);
        const reversed = { ...input, predictions: [...input.predictions].reverse() };
        for (const order of ['iou-first', 'label-first'] as const)
          expect(total(matchGreedy(reversed, { order }))).toBeCloseTo(total(matchGreedy(input, { order })), 12);
      }),
    );
  });

  it('takes the largest IoU first, whatever the labels and the order', () => {
    // The perfect pair comes before a pair without overlap, which a reference implementation picks in its place.
    const matching = matchGreedy({
      predictions: [
        { box: [0, 0, 10, 10], label: 'cat' },
        { box: [50, 50, 60, 60], label: 'dog' },
      ],
      groundTruths: [
        { box: [0, 0, 10, 10], label: 'dog' },
        { box: [80, 80, 90, 90], label: 'dog' },
      ],
    });
    expect(matching).toEqual({
      matches: [{ prediction: 0, groundTruth: 0, iou: 1, sameLabel: false }],
      unmatchedPredictions: [1],
      unmatchedGroundTruths: [1],
    });
  });

  it('goes through the ground truths in order where labels come first', () => {
    const iouMatrix = [
      [0.6, 0.9],
      [0, 0.5],
    ];
    const pairs = ({ matches }: Matching): number[][] => matches.map(({ prediction, groundTruth }) => [prediction, groundTruth]);
    expect(pairs(matchGreedy({ iou: iouMatrix }, { order: 'label-first' }))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(pairs(matchGreedy({ iou: iouMatrix }))).toEqual([[0, 1]]);
    expect(pairs(matchOptimal({ iou: iouMatrix }))).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('has the overlaps of pairwiseIou, for few boxes and for many', () => {
    const boxes = fc.array(fc.record({ box: anyBox }), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(boxes, boxes, (predictions, groundTruths) => {
        const [first, second] = [predictions, groundTruths].map((side) => side.map(({ box }) => box));
        const overlaps = pairwiseIou(first ?? [], second ?? []);
        for (const { prediction, groundTruth, iou: overlap } of matchGreedy({ predictions, groundTruths }).matches)
          expect(overlap).toBe(overlaps[prediction * groundTruths.length + groundTruth]);
      }),
    );
  });

  it('refuses boxes that are not finite', () => {
    const broken = { predictions: [{ box: [0, 0, 1, 1] as const }], groundTruths: [{ box: [0, 0, Number.NaN, 1] as const }] };
    for (const match of [matchGreedy, matchOptimal]) expect(() => match(broken)).toThrow(/Box 0 is \[0, 0, NaN, 1\]/);
  });

  it('leaves duplicates over', () => {
    const input = {
      predictions: Array.from({ length: 3 }, () => ({ box: [0, 0, 4, 4] as const })),
      groundTruths: [{ box: [0, 0, 4, 4] as const }],
    };
    for (const matching of [matchGreedy(input), matchGreedy(input, { order: 'label-first' }), matchOptimal(input)]) {
      expect(matching.matches).toHaveLength(1);
      expect(matching.unmatchedPredictions).toHaveLength(2);
    }
    expect(matchGreedy(input).matches[0]?.prediction).toBe(0);
  });

  it('takes empty sides', () => {
    const box = { box: [0, 0, 1, 1] as const };
    for (const match of [matchGreedy, matchOptimal]) {
      expect(match({ predictions: [], groundTruths: [box] })).toEqual({
        matches: [],
        unmatchedPredictions: [],
        unmatchedGroundTruths: [0],
      });
      expect(match({ predictions: [box], groundTruths: [] })).toEqual({
        matches: [],
        unmatchedPredictions: [0],
        unmatchedGroundTruths: [],
      });
    }
  });

  it('refuses thresholds that are no IoU, and ragged matrices', () => {
    expect(() => matchGreedy({ iou: [] }, { threshold: 50 })).toThrow(/threshold is 50.*\[0, 1\]/);
    expect(() => matchOptimal({ iou: [[0.5, 0.5], [0.5]] })).toThrow(/Row 1 .* has 1 numbers, row 0 has 2/);
  });
});
