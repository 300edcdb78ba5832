import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { chooseRun } from './choose-run.ts';
import { beginRun, runFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';

let root: string;
let recipe: Recipe;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'orsta-choose-'));
  writeFileSync(join(root, 'r.yaml'), 'name: r\nmodel: { path: m }\ndata: { kind: suite }\ntrainer: { steps: 2 }\n');
  recipe = await loadRecipe(['r.yaml'], { cwd: root });
});

async function begin(name: string, given: Recipe = recipe): Promise<ReturnType<typeof runFolder>> {
  const folder = runFolder(join(root, name));
  mkdirSync(folder.root);
  await beginRun(given, folder);
  writeFileSync(join(folder.evaluations, 'step-00000000.json'), '{}');
  return folder;
}

async function finish(name: string): Promise<void> {
  writeFileSync((await begin(name)).evaluation, '{}');
}

describe('chooseRun', () => {
  it('takes the name where it is free', async () => {
    expect(await chooseRun(recipe, root)).toEqual({ name: 'r', resume: false });
  });

  it('goes on with an unfinished run', async () => {
    await begin('r');
    expect(await chooseRun(recipe, root)).toEqual({ name: 'r', resume: true });
  });

  it('takes the next name after finished runs', async () => {
    await finish('r');
    await finish('r-2');
    expect(await chooseRun(recipe, root)).toEqual({ name: 'r-3', resume: false });
  });

  it('leaves runs of other recipes and of living processes alone', async () => {
    await begin('r', { ...recipe, trainer: { ...recipe.trainer, groupSize: 3 } });
    const second = await begin('r-2');
    await lockRun(second.root);
    expect(await chooseRun(recipe, root)).toEqual({ name: 'r-3', resume: false });
  });
});
