import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRecipe } from '../recipe/recipe.ts';
import type { LabeledImage } from './labeled-image.ts';
import { makeRecipe } from './make-recipe.ts';
import { makeSamples } from './make-samples.ts';

const cat = { label: 'cat', box: [0, 0, 10, 10] as const };
const dog = { label: 'dog', box: [5, 5, 10, 10] as const };

function labeled(boxes: LabeledImage['boxes'][]): LabeledImage[] {
  return boxes.map((own, index) => ({ image: `${String(index)}.png`, boxes: own, place: 'l.csv:1' }));
}

function sample(images: readonly LabeledImage[]) {
  return makeSamples(images, { source: 'pets', imageFolder: '../photos' });
}

describe('makeSamples', () => {
  it('holds out every fifth image with all its questions', () => {
    const { train, test } = sample(labeled(Array.from({ length: 10 }, () => [cat, dog])));
    expect([train.length, test.length]).toEqual([16, 4]);
    expect([...new Set(test.map(({ extra_info }) => extra_info.image_path))]).toEqual(['4.png', '9.png']);
  });

  it('asks for the only object of a label, and for all where any image has several or none', () => {
    const { train } = sample(labeled([[cat, dog], [cat], [cat, dog, dog]]));
    expect(train.map(({ ability, data_source }) => `${ability} ${data_source}`).slice(0, 2)).toEqual([
      'grounding pets_cat',
      'detection pets_dog',
    ]);
    expect(train[3]?.reward_model.ground_truth).toBe('[]');
    expect(train[0]?.images).toEqual([{ path: '../photos/0.png' }]);
  });

  it('takes answers, whole numbers as counts', () => {
    const images = ['3', 'blue'].map((answer, index) => ({ image: `${String(index)}.png`, boxes: [], answer, place: '' }));
    expect(sample(images).train.map(({ reward_model }) => reward_model.verifier)).toEqual(['counting', 'text']);
  });
});

describe('makeRecipe', () => {
  const samples = sample(labeled(Array.from({ length: 30 }, () => [cat])));

  async function load(modelPixels: number): ReturnType<typeof loadRecipe> {
    const folder = mkdtempSync(join(tmpdir(), 'orsta-recipe-'));
    writeFileSync(join(folder, 'r.yaml'), makeRecipe({ name: 'r', model: '/models/m', modelPixels, aspect: 4 / 3, samples }));
    return loadRecipe([join(folder, 'r.yaml')]);
  }

  it('keeps every side within what a small model was trained on', async () => {
    const { data, reward, trainer } = await load(36_864);
    expect(data).toMatchObject({ kind: 'files', maxPixels: 6912 });
    expect(reward.iouSchedule).toEqual({ kind: 'linear', start: 0, end: 0.5 });
    expect(trainer).toMatchObject({ steps: 150, promptsPerStep: 16 });
  });

  it('is careful with a large model', async () => {
    const { data, trainer } = await load(12_845_056);
    expect(data).toMatchObject({ maxPixels: 784 * 28 * 28 });
    expect(trainer).toMatchObject({ learningRate: 1e-6, freeze: ['vit', 'connector'] });
  });
});
