import { describe, expect, it } from 'vitest';
import type { Scene, SceneObject } from '../suite/contract.ts';
import { denseLabels, type DenseVocabulary } from './dense-labels.ts';

const vocabulary: DenseVocabulary = {
  classes: new Map([
    ['cat', { id: 1, names: [0, 1] }],
    ['dog', { id: 2, names: [2, 3] }],
  ]),
  words: { names: Int32Array.of(301, 302, 303, 304), numbers: Int32Array.from({ length: 97 }, (_, number) => 100 + number) },
};
function scene(objects: SceneObject[]): Scene {
  return {
    task: 'detection',
    width: 96,
    height: 96,
    pixels: new Uint8Array(96 * 96 * 3),
    objects,
    questions: [],
  };
}
function labelsOf(objects: SceneObject[]): ReturnType<typeof denseLabels> {
  return denseLabels(scene(objects), vocabulary, { weight: 1, normalizer: 36 });
}

describe('denseLabels', () => {
  it('names the object in every cell that it fills, and nothing elsewhere', () => {
    const { classIds, boxes, boxWeights } = labelsOf([{ label: 'dog', box: [16, 0, 48, 16] }]);
    expect([...classIds].flatMap((id, cell) => (id === 2 ? [cell] : []))).toEqual([1, 2]);
    expect([...boxWeights].reduce((sum, weight) => sum + weight, 0)).toBe(2);
    expect([...boxes.subarray(4, 8)].map((side) => Math.round(side * 96))).toEqual([16, 0, 48, 16]);
    expect([...boxes.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('says the name and the sides in the words of the vocabulary', () => {
    const { names, sides } = labelsOf([{ label: 'dog', box: [16, 0, 48, 16] }]);
    expect([...names.subarray(0, 6)]).toEqual([0, 0, 2, 3, 2, 3]);
    expect([...sides.subarray(4, 8)]).toEqual([16, 0, 48, 16]);
  });

  it('gives a cell to the small object in front of a large one', () => {
    const { classIds } = labelsOf([
      { label: 'dog', box: [0, 0, 96, 96] },
      { label: 'cat', box: [34, 34, 46, 46] },
    ]);
    expect(classIds[2 * 6 + 2]).toBe(1);
    expect(classIds[0]).toBe(2);
  });
});
