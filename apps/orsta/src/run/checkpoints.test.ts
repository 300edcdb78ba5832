import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainerError, type Engine, type EngineSnapshot } from '@vtriune/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { checkpointStep, isDivergence, isSaved, keepNewest, setAside } from './checkpoints.ts';
import { runFolder, type RunFolder } from './run-folder.ts';

let folder: RunFolder;
let modelFolder: string;
beforeEach(() => {
  folder = runFolder(mkdtempSync(join(tmpdir(), 'orsta-checkpoints-')));
  modelFolder = join(folder.root, 'model');
  for (const path of [folder.checkpoints, modelFolder]) mkdirSync(path);
});

function save(step: number, data: number[], keep = 1): Promise<void> {
  const snapshot: EngineSnapshot = {
    parameters: new Map([['w', { shape: [data.length], data: Float32Array.from(data) }]]),
    moment1: new Map(),
    moment2: new Map(),
    optimizerStep: step,
  };
  const engine = { snapshot: () => Promise.resolve(snapshot) } as unknown as Engine;
  const recipe = { model: { path: modelFolder }, checkpoint: { everySteps: 1, keep } } as unknown as Recipe;
  return checkpointStep({ folder, engine, recipe }, { step, samplePosition: step });
}

function saved(): string[] {
  return readdirSync(folder.checkpoints).sort();
}

describe('checkpointStep', () => {
  it('keeps the one before until it is told that the new one is good', async () => {
    await save(1, [1]);
    await save(2, [1]);
    expect(saved()).toEqual(['step-00000001', 'step-00000002']);
    await keepNewest(folder, 1);
    expect(saved()).toEqual(['step-00000002']);
  });

  it.each([NaN, Infinity, -Infinity])('does not save a weight that is %d, and names it', async (value) => {
    await save(1, [1, 3e38, 3e38]);
    await expect(save(2, [1, 2, value])).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringContaining(`w[2] is ${String(value)}`),
    });
    expect(saved()).toEqual(['step-00000001']);
  });
});

describe('setAside', () => {
  it('takes a useless checkpoint out of the way of a resumed run', async () => {
    await save(1, [1]);
    await save(2, [1]);
    expect(await setAside(folder, 2)).toBe(join(folder.checkpoints, 'diverged-step-00000002'));
    expect(isSaved(folder, 2)).toBe(false);
    expect(isSaved(folder, 1)).toBe(true);
    expect(await setAside(folder, 3)).toBeUndefined();
  });
});

it('tells divergence from other errors', () => {
  const errors = [
    new TrainerError('not_finite', ''),
    new OrstaError('diverged', ''),
    new TrainerError('reward_failures', ''),
    new Error(''),
  ];
  expect(errors.map(isDivergence)).toEqual([true, true, false, false]);
});
