import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { precisionRecallCurve } from './coco-summary.ts';
import type { CocoDetection, CocoEvaluation, CocoGroundTruth } from './coco-types.ts';
import { evaluateCoco } from './evaluate-coco.ts';

const shared = new URL('../../../../shared/reference-data/coco/', import.meta.url);
const absent = !existsSync(shared);
function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, shared), 'utf8')) as T;
}

interface Expected {
  stats: number[];
  per_class_AP?: number[];
  per_class_AP50?: number[];
  recall_T_K_all_100?: number[][];
  catIds: number[];
}

const SETS: [name: string, groundTruth: string, detections: string, expected: string][] = [
  ...['plain', 'crowd', 'ties', 'over_100_dets', 'ints_all_score_1', 'missing_categories', 'dense_many_cats', 'single_image_score_1'].map(
    (name): [string, string, string, string] => {
      const path = `synthetic-oracle/${name}`;
      return [name, `${path}.gt.json`, `${path}.dt.json`, `${path}.expected.json`];
    },
  ),
  ['fce_dataset', 'synthetic-oracle/gt_dataset.json', 'synthetic-oracle/dt_dataset.json', 'synthetic-oracle/fce_dataset.expected.json'],
  [
    'val2014 100',
    'cocoapi-val2014-100/instances_val2014_100.json',
    'cocoapi-val2014-100/instances_val2014_fakebbox100_results.json',
    'cocoapi-val2014-100/bbox.expected.json',
  ],
];

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(Math.abs(value - (expected[index] ?? NaN)), `number ${index}: ${value}`).toBeLessThan(1e-12));
}

function indexOfDifference(a: Float64Array, b: Float64Array): number {
  return a.findIndex((value, position) => value !== b[position]);
}

/** `recall` over all areas with 100 detections, `[T, K]`. */
function recallByThreshold({ recall, axes }: CocoEvaluation): number[] {
  const [areas, limits, thresholds] = [axes.areaRanges.length, axes.maxDetections.length, axes.iouThresholds.length];
  return axes.iouThresholds.flatMap((_, t) =>
    axes.categories.map((_category, k) => recall[(k * areas * limits + limits - 1) * thresholds + t] ?? NaN),
  );
}

describe('evaluateCoco equals pycocotools (skipped where ../shared/reference-data/coco is absent)', () => {
  it.skipIf(absent).each(SETS)('%s', (...[, groundTruth, detections, expectedPath]) => {
    const expected = read<Expected>(expectedPath);
    const result = evaluateCoco(read<CocoGroundTruth>(groundTruth), read<CocoDetection[]>(detections));
    expectClose(result.stats, expected.stats);
    const { perCategory, axes } = result;
    expect(axes.categories).toEqual(expected.catIds);
    if (expected.per_class_AP)
      expectClose(
        perCategory.map((scores) => scores.averagePrecision),
        expected.per_class_AP,
      );
    if (expected.recall_T_K_all_100) expectClose(recallByThreshold(result), expected.recall_T_K_all_100.flat());
    if (expected.per_class_AP50)
      expectClose(
        perCategory.map((scores) => scores.averagePrecision50),
        expected.per_class_AP50,
      );
  });

  it.skipIf(absent)('163 single images', () => {
    const cases = read<{ gt: CocoGroundTruth; dt: CocoDetection[]; stats: number[] }[]>('synthetic-oracle/single_image_200.json');
    expect(cases.length).toBeGreaterThan(150);
    for (const { gt, dt, stats } of cases) expectClose(evaluateCoco(gt, dt).stats, stats);
  });
});

const groundTruth: CocoGroundTruth = {
  images: [{ id: 'a' }, { id: 'b' }],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
    { id: 3, name: 'cow' },
  ],
  annotations: [
    { image_id: 'a', category_id: 1, bbox: [0, 0, 40, 40] },
    { image_id: 'a', category_id: 1, bbox: [100, 100, 50, 50] },
    { image_id: 'b', category_id: 2, bbox: [10, 10, 200, 200] },
    { image_id: 'b', category_id: 2, bbox: [300, 0, 90, 90], iscrowd: 1 },
  ],
};
const detections: CocoDetection[] = [
  { image_id: 'a', category_id: 1, bbox: [0, 0, 40, 40], score: 0.9 },
  { image_id: 'a', category_id: 1, bbox: [400, 0, 40, 40], score: 0.8 },
  { image_id: 'a', category_id: 1, bbox: [100, 100, 50, 40], score: 0.7 },
  { image_id: 'b', category_id: 2, bbox: [300, 10, 20, 20], score: 0.6 },
];

function detectionOf(change: object): CocoDetection {
  return { image_id: 'a', category_id: 1, bbox: [0, 0, 1, 1], score: 1, ...change };
}

describe('evaluateCoco', () => {
  it('scores each category, and gives -1 where there is nothing to find', () => {
    const { perCategory } = evaluateCoco(groundTruth, detections);
    expect(perCategory).toEqual([
      {
        id: 1,
        name: 'cat',
        averagePrecision: expect.closeTo((7 * (51 + 50 * (2 / 3)) + 3 * 51) / 1010, 12) as number,
        averagePrecision50: expect.closeTo((51 + 50 * (2 / 3)) / 101, 12) as number,
        averagePrecision75: expect.closeTo((51 + 50 * (2 / 3)) / 101, 12) as number,
        averageRecall: expect.closeTo(0.85, 12) as number,
        groundTruths: 2,
        detections: 3,
      },
      {
        id: 2,
        name: 'dog',
        averagePrecision: 0,
        averagePrecision50: 0,
        averagePrecision75: 0,
        averageRecall: 0,
        groundTruths: 1,
        detections: 1,
      },
      {
        id: 3,
        name: 'cow',
        averagePrecision: -1,
        averagePrecision50: -1,
        averagePrecision75: -1,
        averageRecall: -1,
        groundTruths: 0,
        detections: 0,
      },
    ]);
  });

  it('gives precision-recall curves', () => {
    const curve = precisionRecallCurve(evaluateCoco(groundTruth, detections), { category: 1 });
    expect([curve.recall.length, curve.recall[0], curve.recall[100]]).toEqual([101, 0, 1]);
    expect([curve.precision[0], curve.precision[50], curve.scores[50]]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), 0.9]);
    expect([curve.precision[51], curve.precision[100], curve.scores[100]]).toEqual([
      expect.closeTo(2 / 3, 12),
      expect.closeTo(2 / 3, 12),
      0.7,
    ]);
    const strict = precisionRecallCurve(evaluateCoco(groundTruth, detections), {
      category: 1,
      iouThreshold: 0.95,
      areaRange: 'all',
      maxDetections: 10,
    });
    expect([strict.precision[51], strict.scores[51]]).toEqual([0, 0]);
    expect(() => precisionRecallCurve(evaluateCoco(groundTruth, detections), { category: 7 })).toThrow(/no curve.*Categories: 1, 2, 3/);
  });

  it('reports the largest number of detections where it is not 100', () => {
    const { stats, axes } = evaluateCoco(groundTruth, detections, { maxDetections: [5, 1], iouThresholds: [0.5], categories: [1] });
    expect(axes.maxDetections).toEqual([1, 5]);
    expect(stats.slice(0, 3)).toEqual([expect.closeTo((51 + 50 * (2 / 3)) / 101, 12), expect.closeTo((51 + 50 * (2 / 3)) / 101, 12), -1]);
    expect(stats.slice(6, 9)).toEqual([0.5, 1, -1]);
  });

  it('counts an annotation with id 0 like any other', () => {
    const withIds = { ...groundTruth, annotations: groundTruth.annotations.map((annotation, id) => ({ ...annotation, id })) };
    expect(evaluateCoco(withIds, detections).stats).toEqual(evaluateCoco(groundTruth, detections).stats);
  });

  it('does not depend on the order of images, annotations or detections with different scores', () => {
    const expected = evaluateCoco(groundTruth, detections);
    fc.assert(
      fc.property(fc.shuffledSubarray(detections, { minLength: detections.length }), fc.boolean(), (shuffled, flip) => {
        const turned = { ...groundTruth, images: [...groundTruth.images].reverse(), annotations: [...groundTruth.annotations].reverse() };
        const actual = evaluateCoco(flip ? turned : groundTruth, shuffled);
        expect([actual.stats, actual.perCategory]).toEqual([expected.stats, expected.perCategory]);
        for (const name of ['precision', 'recall', 'scores'] as const) expect(indexOfDifference(actual[name], expected[name])).toBe(-1);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('depends, among equal scores, on their order within an image and on nothing else', () => {
    const equal = detections.map((detection) => ({ ...detection, score: 1 }));
    const expected = evaluateCoco(groundTruth, equal);
    const byImage = new Map(equal.map(({ image_id: image }) => [image, equal.filter((detection) => detection.image_id === image)]));
    fc.assert(
      fc.property(fc.shuffledSubarray(equal, { minLength: equal.length }), (shuffled) => {
        // The images are drawn in any order, the detections of each stay in theirs.
        const left = new Map([...byImage].map(([image, own]) => [image, [...own]]));
        const woven = shuffled.flatMap(({ image_id: image }) => left.get(image)?.splice(0, 1) ?? []);
        expect(woven).toHaveLength(equal.length);
        expect(evaluateCoco(groundTruth, woven).stats).toEqual(expected.stats);
      }),
      { numRuns: 30 },
    );
    const one = {
      images: [{ id: 1 }],
      categories: [{ id: 1 }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] }],
    };
    const found = (width: number): CocoDetection => ({ image_id: 1, category_id: 1, bbox: [0, 0, width, 10], score: 1 });
    const [good, poor] = [found(10), found(5)];
    const precision = (given: CocoDetection[]): number | undefined => evaluateCoco(one, given, { iouThresholds: [0.75] }).stats[0];
    expect(precision([good, poor])).toBeCloseTo(1, 12);
    expect(precision([poor, good])).toBeCloseTo(0.5, 12);
  });

  it('falls with stricter thresholds and never leaves [0, 1]', () => {
    const shift = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(fc.array(fc.tuple(shift, shift, fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 6 }), (moves) => {
        const moved = moves.map(([x, y, score]) => ({ image_id: 'a', category_id: 1, bbox: [x, y, 40, 40], score }));
        const at = (threshold: number): number =>
          evaluateCoco(groundTruth, moved, { iouThresholds: [threshold], categories: [1] }).stats[8] ?? NaN;
        const recalls = [0.3, 0.5, 0.75, 0.95].map(at);
        expect(recalls).toEqual([...recalls].sort((a, b) => b - a));
        for (const stat of evaluateCoco(groundTruth, moved).stats) expect(stat === -1 || (stat >= 0 && stat <= 1)).toBe(true);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('takes no detections and no ground truths', () => {
    expect(evaluateCoco(groundTruth, []).stats.slice(0, 1)).toEqual([0]);
    expect(evaluateCoco({ images: [], annotations: [], categories: [] }, []).stats).toEqual(Array.from({ length: 12 }, () => -1));
  });

  it('leaves an object with `ignore` out of the count, found or not', () => {
    const box = { image_id: 1, category_id: 1 };
    const truth = {
      images: [{ id: 1 }],
      categories: [{ id: 1 }],
      annotations: [
        { ...box, bbox: [0, 0, 10, 10], ignore: 1, iscrowd: 0 },
        { ...box, bbox: [50, 50, 10, 10] },
      ],
    };
    const found = { ...box, bbox: [50, 50, 10, 10], score: 0.9 };
    const ignored = { ...box, bbox: [0, 0, 10, 10], score: 0.99 };
    for (const detected of [[found], [found, ignored], [ignored, found]]) expect(evaluateCoco(truth, detected).stats[0]).toBeCloseTo(1, 12);
    expect(evaluateCoco(truth, [found]).perCategory[0]?.groundTruths).toBe(1);
    // Unlike a crowd it can be found once only; the second detection of it is wrong.
    expect(evaluateCoco(truth, [found, ignored, { ...ignored, score: 0.98 }]).stats[0]).toBeCloseTo(0.5, 12);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'an unknown image',
      () => evaluateCoco(groundTruth, [{ image_id: 'z', category_id: 1, bbox: [0, 0, 1, 1], score: 1 }]),
      /image "z".*List all evaluated images/,
    ],
    [
      'a broken box',
      () => evaluateCoco(groundTruth, [{ image_id: 'a', category_id: 1, bbox: [0, 0, 1], score: 1 }]),
      /\[0,0,1\].*four finite numbers/,
    ],
    [
      'a score that is no number',
      () => evaluateCoco(groundTruth, [{ image_id: 'a', category_id: 1, bbox: [0, 0, 1, 1], score: NaN }]),
      /score NaN/,
    ],
    ['an unknown category', () => evaluateCoco(groundTruth, [], { categories: [4] }), /Category 4.*1, 2, 3/],
    ['a threshold in percent', () => evaluateCoco(groundTruth, [], { iouThresholds: [50] }), /\[50\].*\(0, 1\]/],
    ['no area range', () => evaluateCoco(groundTruth, [], { areaRanges: [] }), /area ranges/],
    ['half a detection', () => evaluateCoco(groundTruth, [], { maxDetections: [0.5] }), /whole numbers/],
    ...['images', 'annotations', 'categories'].map((name): [string, () => unknown, RegExp] => [
      `a ground truth without ${name}`,
      () => evaluateCoco({ ...groundTruth, [name]: undefined }, []),
      new RegExp(`no list \`${name}\`, it is absent`),
    ]),
    ['no ground truth', () => evaluateCoco(null as unknown as typeof groundTruth, []), /ground truth is null.*Pass a COCO file/],
    ['a whole results object', () => evaluateCoco(groundTruth, groundTruth as unknown as []), /detections are object/],
    ['a detection that is null', () => evaluateCoco(groundTruth, [null] as unknown as []), /Detection 0 is null/],
    [
      'a detection without a box',
      () => evaluateCoco(groundTruth, [{ image_id: 'a', category_id: 1, score: 1 }] as unknown as []),
      /A box is undefined/,
    ],
    ['a negative width', () => evaluateCoco(groundTruth, [detectionOf({ bbox: [9, 9, -1, 5] })]), /\[9,9,-1,5\].*not negative/],
    [
      'an unknown category of a detection',
      () => evaluateCoco(groundTruth, [detectionOf({ category_id: 0 })]),
      /Detection 0 names category 0 .*1, 2, 3/,
    ],
    [
      'a category as text',
      () => evaluateCoco(groundTruth, [detectionOf({ category_id: '1' })]),
      /category "1" \(string\).*compared with their type/,
    ],
    ...[
      { bbox: null },
      { bbox: [0, 0, -5, 5] },
      { image_id: 'z' },
      { category_id: 9 },
      { segmentation: [[0, 0, 1, 1]], bbox: undefined },
    ].map((change): [string, () => unknown, RegExp] => [
      `an annotation with ${JSON.stringify(change)}`,
      () => evaluateCoco({ ...groundTruth, annotations: [{ image_id: 'a', category_id: 1, bbox: [0, 0, 5, 5], ...change }] as never }, []),
      /A box is|Annotation 0 names/,
    ]),
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});
