import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainerError, type Engine, type EngineSnapshot } from '@vtriune/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { checkpointStep, isDivergence, isSaved, rotate, setAside } from './checkpoints.ts';
import { runFolder, type RunFolder } from './run-folder.ts';

let folder: RunFolder;
let modelFolder: string;
beforeEach(() => {
  folder = runFolder(mkdtempSync(join(tmpdir(), 'orsta-checkpoints-')));
  modelFolder = join(folder.root, 'model');
  for (const path of [folder.checkpoints, modelFolder]) mkdirSync(path);
});

function save(step: number, data: number[]): Promise<void> {
  const snapshot: EngineSnapshot = {
    parameters: new Map([['w', { shape: [data.length], data: Float32Array.from(data) }]]),
    moment1: new Map(),
    moment2: new Map(),
    optimizerStep: step,
  };
  const engine = { snapshot: () => Promise.resolve(snapshot) } as unknown as Engine;
  const recipe = { model: { path: modelFolder } } as unknown as Recipe;
  return checkpointStep({ folder, engine, recipe }, { step, samplePosition: step });
}

function saved(): string[] {
  return readdirSync(folder.checkpoints).sort();
}

describe('checkpointStep', () => {
  it.each([NaN, Infinity, -Infinity])('does not save a weight that is %d, and names it', async (value) => {
    await save(1, [1, 3e38, 3e38]);
    await expect(save(2, [1, 2, value])).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringContaining(`w[2] is ${String(value)}`),
    });
    expect(saved()).toEqual(['step-00000001']);
  });
});

describe('rotate', () => {
  it.each([
    ['the newest ones', { step: 4, keep: 2, good: Infinity }, [3, 4, 6]],
    ['the one before too, until the newest is known to be good', { step: 4, keep: 1, good: 3 }, [3, 4, 6]],
    ['the last good one, however many came after it', { step: 4, keep: 1, good: 1 }, [1, 4, 6]],
    ['none more where no good one is left', { step: 4, keep: 1, good: 0 }, [4, 6]],
    ['whole ones, not the damaged one that was passed over', { step: 3, keep: 1, good: 3 }, [3, 4, 6]],
  ])('keeps %s', async (_what, rotation, left) => {
    for (const step of [1, 2, 3, 4, 6]) await save(step, [1]);
    await rotate(folder, rotation);
    expect(saved()).toEqual(left.map((step) => `step-0000000${String(step)}`));
  });
});

describe('setAside', () => {
  it('takes useless checkpoints out of the way of a resumed run', async () => {
    for (const step of [1, 2, 3]) await save(step, [1]);
    expect(await setAside(folder, 2)).toEqual([2, 3].map((step) => join(folder.checkpoints, `diverged-step-0000000${String(step)}`)));
    expect([1, 2, 3].map((step) => isSaved(folder, step))).toEqual([true, false, false]);
    expect(await setAside(folder, 4)).toEqual([]);
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
