import { describe, expect, it } from 'vitest';
import type { CocoAnnotation, CocoDetection, CocoGroundTruth } from './coco-types.ts';
import { evaluateCoco } from './evaluate-coco.ts';
import { averagePrecisionOfSamples } from './resample-coco.ts';

function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

interface Set {
  readonly truth: CocoGroundTruth;
  readonly detections: readonly CocoDetection[];
}

/** Image ids descend, so that their order is not that of the evaluation; one image has a crowd, one nothing. */
function made(seed: number, count: number): Set {
  const draw = generator(seed);
  const annotations: CocoAnnotation[] = [];
  const detections: CocoDetection[] = [];
  for (let image = 0; image < count - 1; image++)
    for (let object = 0; object < 3; object++) {
      const bbox = [draw() * 60, draw() * 60, 10 + draw() * 30, 10 + draw() * 30];
      const category_id = 1 + Math.floor(draw() * 3);
      annotations.push({ image_id: count - image, category_id, bbox, iscrowd: image === 1 && object === 0 ? 1 : 0 });
      for (let guess = 0; guess < 2; guess++)
        detections.push({
          image_id: count - image,
          category_id: draw() < 0.8 ? category_id : 1,
          bbox: bbox.map((side) => Math.max(1, side + (draw() - 0.5) * 8)),
          score: draw(),
        });
    }
  const images = Array.from({ length: count }, (_, image) => ({ id: count - image }));
  return { truth: { images, annotations, categories: [{ id: 1 }, { id: 2 }, { id: 3 }] }, detections };
}

/** The data set that has each image as often as the sample says, under ids of its own. */
function repeated({ truth, detections }: Set, sample: readonly number[]): Set {
  const copies = truth.images.flatMap(({ id }, image) =>
    Array.from({ length: sample[image] ?? 0 }, (_, copy) => ({ id, own: Number(id) * 100 + copy })),
  );
  const copied = <Item extends { image_id: number | string }>(items: readonly Item[]): Item[] =>
    copies.flatMap(({ id, own }) => items.filter(({ image_id }) => image_id === id).map((item) => ({ ...item, image_id: own })));
  return {
    truth: { ...truth, images: copies.map(({ own }) => ({ id: own })), annotations: copied(truth.annotations) },
    detections: copied(detections),
  };
}

describe('averagePrecisionOfSamples', () => {
  it.each([1, 2, 3, 4])('is the AP of the data set that has the images as often (set %i)', (seed) => {
    const set = made(seed, 12);
    const draw = generator(seed + 50);
    const samples = [
      Array.from({ length: 12 }, () => 1),
      ...Array.from({ length: 6 }, () => Array.from({ length: 12 }, () => Math.floor(draw() * 4))),
    ];
    const own = averagePrecisionOfSamples(set.truth, set.detections, samples);
    const expected = samples.map((sample) => {
      const { truth, detections } = repeated(set, sample);
      return evaluateCoco(truth, detections).stats[0] ?? NaN;
    });
    expect(new Set(expected).size).toBeGreaterThan(4);
    own.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? NaN, 12));
  });

  it('counts at most 100 detections of an image', () => {
    const truth = { images: [{ id: 1 }], annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] }], categories: [{ id: 1 }] };
    const wrong = Array.from({ length: 100 }, () => ({ image_id: 1, category_id: 1, bbox: [50, 50, 5, 5], score: 0.9 }));
    const detections = [...wrong, { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10], score: 0.1 }];
    expect(averagePrecisionOfSamples(truth, detections, [[1]])).toEqual([0]);
    expect(averagePrecisionOfSamples(truth, detections.slice(1), [[2]])[0]).toBeGreaterThan(0);
  });

  it('is NaN where no drawn image has an object, and refuses samples of another length', () => {
    const { truth, detections } = made(9, 4);
    expect(averagePrecisionOfSamples(truth, detections, [[0, 0, 0, 3]])).toEqual([NaN]);
    expect(() => averagePrecisionOfSamples(truth, detections, [[1, 1]])).toThrow(
      'A sample has 2 counts. It must have one for each of the 4 images.',
    );
  });
});
