// Draws the sets of test/fixtures/coco-fuzz.json again from their seeds, as test/fixtures/make-coco-fuzz.py drew them.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { CocoAnnotation, CocoDetection, CocoEvaluation, CocoGroundTruth } from './coco-types.ts';
import { evaluateCoco } from './evaluate-coco.ts';

const fixture = JSON.parse(readFileSync(new URL('../test/fixtures/coco-fuzz.json', import.meta.url), 'utf8')) as {
  sets: number[][];
  optionSets: number[][];
};

type Draw = () => number;
type Bbox = [number, number, number, number];

function mulberry32(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function below(draw: Draw, limit: number): number {
  return Math.floor(draw() * limit);
}
function pick<T>(draw: Draw, values: readonly [T, ...T[]]): T {
  return values[below(draw, values.length)] ?? values[0];
}
function rounded(value: number, step: number): number {
  return Math.floor(value * step) / step;
}

function drawBox(draw: Draw, step: number): Bbox {
  const size = pick(draw, [8, 40, 120, 300]);
  const width = rounded(1 + draw() * size, step);
  const height = rounded(1 + draw() * size, step);
  const x = rounded(draw() * 500, step);
  const y = rounded(draw() * 400, step);
  return [x, y, width, height];
}

function drawNear(draw: Draw, around: Bbox, { step, spread }: { step: number; spread: number }): Bbox {
  const x = rounded(around[0] + (draw() - 0.5) * spread * around[2], step);
  const y = rounded(around[1] + (draw() - 0.5) * spread * around[3], step);
  const width = rounded(around[2] * (1 + (draw() - 0.5) * spread), step);
  const height = rounded(around[3] * (1 + (draw() - 0.5) * spread), step);
  return [x, y, width, height];
}

function makeSet(seed: number): { groundTruth: CocoGroundTruth; detections: CocoDetection[] } {
  const draw = mulberry32(seed);
  const step = draw() < 0.3 ? 1 : 100;
  const levels = pick(draw, [1, 3, 10, 1000]);
  const crowdShare = pick(draw, [0, 0, 0.1, 0.4]);
  const spread = pick(draw, [0.02, 0.1, 0.3]);
  const imageCount = 1 + below(draw, 5);
  const categoryCount = 1 + below(draw, 4);
  const objectLimit = 1 + below(draw, 8);
  const noiseLimit = draw() < 0.03 ? 120 : 1 + below(draw, 8);
  const images = Array.from({ length: imageCount }, (_, image) => ({ id: 5 + image * 3 }));
  const categories = Array.from({ length: categoryCount }, (_, category) => ({ id: 2 + category * 5, name: `c${category}` }));
  const annotations: CocoAnnotation[] = [];
  const detections: CocoDetection[] = [];
  const drawCategory = (): number => 2 + below(draw, categoryCount) * 5;
  const detect = (image_id: number, category_id: number, bbox: Bbox): void => {
    detections.push({ image_id, category_id, bbox, score: levels > 1 ? rounded(draw() * levels, 1) / levels : 1 });
  };
  for (const { id: image_id } of images) {
    for (let rest = below(draw, objectLimit + 1); rest > 0; rest--) {
      const category_id = drawCategory();
      const bbox = drawBox(draw, step);
      const area = bbox[2] * bbox[3] * (0.5 + draw() * 0.5);
      annotations.push({ image_id, category_id, bbox, area, iscrowd: draw() < crowdShare ? 1 : 0 });
      for (let copies = below(draw, 4); copies > 0; copies--) {
        const wrong = draw() < 0.1;
        const label = wrong ? drawCategory() : category_id;
        detect(image_id, label, draw() < 0.2 ? bbox : drawNear(draw, bbox, { step, spread }));
      }
    }
    for (let rest = below(draw, noiseLimit + 1); rest > 0; rest--) {
      const category_id = drawCategory();
      detect(image_id, category_id, drawBox(draw, step));
    }
  }
  return { groundTruth: { images, categories, annotations }, detections };
}

interface Checksum {
  readonly sum: number;
  /** The sum of the absolute values, which rounding errors are relative to. */
  readonly size: number;
}

/** As `checksums` in the Python script. */
function checksums({ precision, scores, recall }: CocoEvaluation): Checksum[] {
  return [precision, scores, recall].map((values) => {
    let [sum, size] = [0, 0];
    values.forEach((value, position) => {
      sum += value * ((position % 97) + 1);
      size += Math.abs(value) * ((position % 97) + 1);
    });
    return { sum, size };
  });
}

function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  return actual.reduce((largest, value, position) => Math.max(largest, Math.abs(value - (expected[position] ?? NaN))), 0);
}

function expectSameSums(actual: readonly Checksum[], expected: readonly number[]): void {
  actual.forEach(({ sum, size }, position) => {
    expect(Math.abs(sum - (expected[position] ?? NaN))).toBeLessThanOrEqual(1e-13 * size);
  });
}

const OPTIONS = {
  iouThresholds: [0.3, 0.5, 0.75, 1],
  maxDetections: [2, 5, 20],
  areaRanges: [
    { name: 'all', min: 0, max: 1e10 },
    { name: 'little', min: 0, max: 2000 },
    { name: 'big', min: 2000, max: 1e10 },
  ],
};

describe('evaluateCoco on seeded random sets', () => {
  it(`equals pycocotools to 1e-12 on all ${fixture.sets.length} sets`, () => {
    expect(fixture.sets.length).toBeGreaterThanOrEqual(2000);
    for (const [seed = 0, annotations, found, ...expected] of fixture.sets) {
      const { groundTruth, detections } = makeSet(seed);
      expect([groundTruth.annotations.length, detections.length], `size of set ${seed}`).toEqual([annotations, found]);
      const evaluation = evaluateCoco(groundTruth, detections);
      expect(largestDifference(evaluation.stats, expected), `set ${seed}`).toBeLessThanOrEqual(1e-12);
      expectSameSums(checksums(evaluation), expected.slice(12));
    }
  }, 180_000);

  it(`equals pycocotools with other options on ${fixture.optionSets.length} sets`, () => {
    expect(fixture.optionSets.length).toBeGreaterThanOrEqual(200);
    for (const [seed = 0, ...expected] of fixture.optionSets) {
      const { groundTruth, detections } = makeSet(seed);
      const categories = groundTruth.categories.filter((_, position) => position % 2 === 0).map(({ id }) => id);
      expectSameSums(checksums(evaluateCoco(groundTruth, detections, { ...OPTIONS, categories })), expected);
    }
  }, 180_000);
});
