import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { openRun, runFolder, type RunFolder } from './run-folder.ts';

let folder: RunFolder;
let recipe: Recipe;

beforeEach(async () => {
  const root = mkdtempSync(join(tmpdir(), 'orsta-run-'));
  writeFileSync(join(root, 'r.yaml'), 'name: r\nmodel: { path: m }\ndata: { kind: suite }\ntrainer: { steps: 2 }\n');
  recipe = await loadRecipe(['r.yaml'], { cwd: root });
  mkdirSync(join(root, 'runs/r'), { recursive: true });
  folder = runFolder(join(root, 'runs/r'));
});

describe('openRun', () => {
  it('begins a run and goes on with it, by the recipe that is stored in it as well', async () => {
    expect(await openRun(recipe, folder, false)).toBe(false);
    expect(readFileSync(folder.recipe, 'utf8')).toContain('path: ../../m');
    expect(await openRun(recipe, folder, true)).toBe(true);
    expect(await openRun(await loadRecipe([folder.recipe]), folder, true)).toBe(true);
  });

  it('begins where a killed process left only its preparations', async () => {
    mkdirSync(folder.checkpoints);
    writeFileSync(join(folder.root, 'lock.json'), '{}');
    writeFileSync(join(folder.root, 'recipe.yaml.123.tmp'), 'half');
    expect(await openRun(recipe, folder, true)).toBe(false);
  });

  it('refuses to overwrite a run or anything else', async () => {
    await openRun(recipe, folder, false);
    await expect(openRun(recipe, folder, false)).rejects.toThrow(/it holds recipe\.yaml.*--resume/);
  });

  it('refuses to go on with another recipe, and names what differs', async () => {
    await openRun(recipe, folder, false);
    const other = { ...recipe, trainer: { ...recipe.trainer, steps: 3 } };
    await expect(openRun(other, folder, true)).rejects.toThrow(/different: trainer\.steps/);
  });
});
