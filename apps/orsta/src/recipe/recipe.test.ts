import { readdirSync, readFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadRecipe } from './recipe.ts';
import { recipeDifferences, recipeToYaml } from './write-recipe.ts';

const recipes = fileURLToPath(new URL('../../recipes/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-recipe-'));

describe('loadRecipe', () => {
  it('fills in every default', async () => {
    writeFileSync(join(folder, 'small.yaml'), 'name: small\nmodel: { path: m }\ndata: { kind: suite }\ntrainer: { steps: 2 }\n');
    const recipe = await loadRecipe(['small.yaml'], { cwd: folder });
    expect(recipe).toMatchObject({
      model: { path: join(folder, 'm') },
      data: { kind: 'suite', seed: 1 },
      evaluation: { samplesPerTask: 100, everySteps: 0, split: 'test' },
      reward: { kind: 'local' },
      trainer: { steps: 2, groupSize: 8 },
      engine: { ranks: 2 },
      checkpoint: { everySteps: 25, keep: 2 },
      plugins: [],
    });
    expect(recipe.data.kind === 'suite' && recipe.data.tasks).toHaveLength(8);
  });

  it('reports what only the trainer knows to be wrong', async () => {
    await expect(loadRecipe(['small.yaml'], { cwd: folder, overrides: ['trainer.updatesPerStep=5'] })).rejects.toThrow(
      /small\.yaml: trainer: updatesPerStep is 5/,
    );
  });

  it.each([
    [
      'trainer.advantage={name: gdpo, wieghts: {}}',
      /^command line: trainer\.advantage\.wieghts is not a setting\. Did you mean "weights"\?/,
    ],
    [
      'reward={kind: local, iouSchedule: {kind: linear, start: 0, ende: 0.5}}',
      /^command line: reward\.iouSchedule\.ende is not a setting\. Did you mean "end"\?/,
    ],
    ['reward={kind: local, iouSchedule: {kind: adaptive, levels: [0.3, 2], raiseAbove: 0.5}}', /levels\.1 is 2; it must be <= 1/],
    [
      'reward={kind: local, iouSchedule: {kind: sine}}',
      /allowed: dynamic, average, number, kind constant, kind stages, kind linear, kind cosine, kind adaptive\./,
    ],
    ['reward={kind: local, iouSchedule: dynamik}', /is "dynamik"; allowed: dynamic, average\. Did you mean "dynamic"\?/],
    ['reward={kind: local, iouSchedule: 2}', /reward\.iouSchedule is 2; it must be <= 1/],
    ['reward={kind: local, iouSchedule: [0.5]}', /reward\.iouSchedule is \[0\.5\]; allowed: dynamic, average, number, kind constant/],
  ])('names the place and the problem of %s', async (override, message) => {
    await expect(loadRecipe(['small.yaml'], { cwd: folder, overrides: [override] })).rejects.toThrow(message);
  });

  it('comes back from its own YAML, wherever that stands', async () => {
    writeFileSync(join(folder, 'plugin.mjs'), `export default { meta: { name: 'own', version: '1.0.0' }, objectives: [] };`);
    const overrides = [
      'plugins=[./plugin.mjs]',
      'reward={kind: local, iouSchedule: {kind: linear, start: 0.3, end: 0.7}}',
      'data={kind: files, files: [{path: a.jsonl, weight: 2}], heldOut: [b.jsonl], maxPixels: 100}',
    ];
    const recipe = await loadRecipe(['small.yaml'], { cwd: folder, overrides });
    const elsewhere = join(folder, 'elsewhere.yaml');
    writeFileSync(elsewhere, recipeToYaml(recipe, folder));
    expect(await loadRecipe([elsewhere])).toEqual(recipe);
  });

  it.each(['model.path=hub:Qwen/Qwen2.5-VL-3B-Instruct@main', 'model.adapter=adapters/first', 'launch.folder=shared'])(
    'writes %s so that it means the same from another folder',
    async (override) => {
      const recipe = await loadRecipe(['small.yaml'], { cwd: folder, overrides: [override] });
      const elsewhere = join(mkdtempSync(join(tmpdir(), 'orsta-elsewhere-')), 'recipe.yaml');
      writeFileSync(elsewhere, recipeToYaml(recipe, dirname(elsewhere)));
      expect(await loadRecipe([elsewhere])).toEqual(recipe);
    },
  );

  it('reads data.kind jsonl as the older name of files', async () => {
    const load = (kind: string) =>
      loadRecipe(['small.yaml'], { cwd: folder, overrides: [`data={kind: ${kind}, files: [{path: a.parquet}]}`] });
    expect((await load('jsonl')).data).toEqual((await load('files')).data);
    expect((await load('jsonl')).data.kind).toBe('files');
  });

  it.each(readdirSync(recipes).filter((name) => !name.includes('-base')))(
    'accepts the shipped %s, which names its schema in the first line',
    async (name) => {
      const [first = ''] = readFileSync(join(recipes, name), 'utf8').split('\n');
      expect(first).toBe('# yaml-language-server: $schema=../schema/recipe.json');
      expect((await loadRecipe([join(recipes, name)])).trainer.steps).toBeGreaterThan(0);
    },
  );
});

describe('recipeDifferences', () => {
  it('names the settings that differ', () => {
    expect(recipeDifferences({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, c: [1] }, e: 1 })).toEqual(['a.b', 'd', 'e']);
    expect(recipeDifferences({ a: 1 }, { a: 1 })).toEqual([]);
  });
});
