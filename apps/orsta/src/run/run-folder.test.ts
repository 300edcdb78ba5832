import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { beginRun, inspectRun, runFolder, type RunFolder } from './run-folder.ts';

let folder: RunFolder;
let recipe: Recipe;

beforeEach(async () => {
  const root = mkdtempSync(join(tmpdir(), 'orsta-run-'));
  writeFileSync(join(root, 'r.yaml'), 'name: r\nmodel: { path: m }\ndata: { kind: suite }\ntrainer: { steps: 2 }\n');
  recipe = await loadRecipe(['r.yaml'], { cwd: root });
  mkdirSync(join(root, 'runs/r'), { recursive: true });
  folder = runFolder(join(root, 'runs/r'));
});

describe('inspectRun', () => {
  it('goes on with a run that has begun, by the recipe that is stored in it as well', async () => {
    expect(await inspectRun(recipe, folder, false)).toEqual({ resumed: false, changes: [] });
    await beginRun(recipe, folder);
    expect(readFileSync(folder.recipe, 'utf8')).toContain('path: ../../m');
    expect(await inspectRun(recipe, folder, true)).toEqual({ resumed: true, changes: [] });
    expect(await inspectRun(await loadRecipe([folder.recipe]), folder, true)).toEqual({ resumed: true, changes: [] });
  });

  it('begins where a killed process left only its preparations', async () => {
    mkdirSync(folder.checkpoints);
    writeFileSync(join(folder.root, 'lock.json.1'), '{}');
    writeFileSync(join(folder.root, 'recipe.yaml.3924178.tmp'), 'half');
    expect(await inspectRun(recipe, folder, true)).toEqual({ resumed: false, changes: [] });
  });

  it('begins anew where a run failed before its first result', async () => {
    await beginRun(recipe, folder);
    writeFileSync(join(folder.root, 'metrics.jsonl'), '');
    expect(await inspectRun(recipe, folder, false)).toEqual({ resumed: false, changes: [] });
  });

  it.each(['metrics.jsonl', 'evaluations/step-00000000.json', 'checkpoints/step-00000001'])('does not overwrite %s', async (name) => {
    await beginRun(recipe, folder);
    writeFileSync(join(folder.root, name), '{}');
    await expect(inspectRun(recipe, folder, false)).rejects.toThrow(/it holds .*recipe\.yaml.*--resume/);
  });

  it('does not take the folder of something else', async () => {
    writeFileSync(join(folder.root, 'metrics.jsonl'), '');
    await expect(inspectRun(recipe, folder, false)).rejects.toMatchObject({ code: 'run_exists' });
  });

  it('lets a resumed run change its length, and how it is computed, saved and evaluated', async () => {
    await beginRun(recipe, folder);
    const other = {
      ...recipe,
      trainer: { ...recipe.trainer, steps: 3 },
      engine: { ...recipe.engine, ranks: 1 },
      checkpoint: { everySteps: 1, keep: 1 },
      evaluation: { ...recipe.evaluation, everySteps: 5 },
    };
    const { changes } = await inspectRun(other, folder, true);
    expect([...changes].sort()).toEqual([
      'checkpoint.everySteps',
      'checkpoint.keep',
      'engine.ranks',
      'evaluation.everySteps',
      'trainer.steps',
    ]);
  });

  it('refuses to go on with other training settings, and names what differs', async () => {
    await beginRun(recipe, folder);
    const other = { ...recipe, trainer: { ...recipe.trainer, groupSize: 3, steps: 9 } };
    await expect(inspectRun(other, folder, true)).rejects.toThrow(/different: trainer\.groupSize\./);
  });
});
