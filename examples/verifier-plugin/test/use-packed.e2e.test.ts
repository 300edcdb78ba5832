/**
 * The package as a stranger has it: packed, installed with npm into an empty project, named to `orsta score` and in a recipe.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNano } from '../../../apps/orsta/src/pretrain/create-nano.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(root, 'apps/orsta/dist/cli.js');
const project = mkdtempSync(join(tmpdir(), 'vtriune-plugin-'));
/** Half a minute where two cores are free; a busy machine may take ten times that. */
const PATIENCE = 900_000;

function orsta(...given: string[]) {
  return run(process.execPath, [cli, ...given], { cwd: project });
}
function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}
function toLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
function readLines(text: string) {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function packAndInstall(): Promise<void> {
  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pack = ['-r', '--filter', 'vtriune-verifier-polygon...', 'pack', '--pack-destination', tarballs];
  await run('npm', ['exec', '--yes', '--prefer-offline', `--package=${packageManager}`, '--', 'pnpm', ...pack], { cwd: root });
  write('package.json', '{ "name": "empty-project", "private": true, "type": "module" }\n');
  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  await run('npm', ['install', '--prefer-offline', '--omit=optional', '--no-audit', '--no-fund', ...files], { cwd: project });
}

function triangle(shift: number) {
  return {
    polygon: [
      [10 + shift, 10],
      [60 + shift, 20],
      [30, 70],
    ],
    label: 'cell',
  };
}
const arrow = {
  polygon: [
    [60, 60],
    [90, 60],
    [75, 68],
    [90, 90],
  ],
  label: 'dart',
};

/** One polygon in source `single`, two in `pair`. */
async function sampleOf(index: number, source: 'single' | 'pair') {
  const truth = source === 'single' ? [triangle(index)] : [triangle(index), arrow];
  const shapes = truth.map(({ polygon }) => `<polygon points="${polygon.join(' ')}" fill="teal"/>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="white"/>${shapes}</svg>`;
  await sharp(Buffer.from(svg))
    .png()
    .toFile(join(project, `${source}-${String(index)}.png`));
  return {
    data_source: source,
    images: [{ path: `${source}-${String(index)}.png` }],
    prompt: [{ role: 'user', content: '<image>Outline all shapes.' }],
    ability: 'segmentation',
    reward_model: { verifier: 'polygon', ground_truth: JSON.stringify(truth), accuracy_ratio: 0.9, format_ratio: 0.1 },
    extra_info: { id: `${source}-${String(index)}` },
  };
}

beforeAll(async () => {
  for (const file of [cli, join(root, 'examples/verifier-plugin/dist/index.js')])
    if (!existsSync(file)) throw new Error(`${file} is not built: run the build first`);
  await packAndInstall();
}, PATIENCE);

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('vtriune-verifier-polygon, packed and installed', () => {
  it('prints what its README shows', async () => {
    const readme = readFileSync(join(project, 'node_modules/vtriune-verifier-polygon/README.md'), 'utf8');
    const [, code = '', shown = ''] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme) ?? [];
    write('readme.mjs', code);
    expect(shown).toContain('half 0.5');
    expect((await run(process.execPath, ['readme.mjs'], { cwd: project })).stdout).toBe(shown);
  });

  it(
    'is found by orsta score from the working directory, and missed where it is not named',
    async () => {
      const sample = await sampleOf(0, 'pair');
      const gold = sample.reward_model.ground_truth;
      write('answers.jsonl', toLines([gold, JSON.stringify([triangle(0)]), 'no idea'].map((response) => ({ sample, response }))));
      const scored = readLines((await orsta('score', 'answers.jsonl', '--plugins', 'vtriune-verifier-polygon')).stdout);
      expect(scored.map(({ reward }) => reward)).toEqual([1, expect.closeTo(0.9 * 0.5 + 0.1, 12), 0]);
      expect(scored.map(({ metrics }) => metrics.matched)).toEqual([2, 1, 0]);

      // Where nothing could be scored the command fails, and still prints why each response failed.
      const failed = await orsta('score', 'answers.jsonl').then(
        () => undefined,
        (error: { code: number; stdout: string }) => error,
      );
      expect(failed?.code).toBe(1);
      const [unknown] = readLines(failed?.stdout ?? '');
      expect(unknown.error).toMatchObject({ code: 'unknown_verifier', message: expect.stringContaining('"polygon"') });
      await expect(orsta('score', 'answers.jsonl', '--plugins', 'vtriune-verifier-absent')).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('invalid_plugin'),
      });
    },
    PATIENCE,
  );

  it(
    'rewards a training run, source by source',
    async () => {
      const sources = ['single', 'pair'] as const;
      for (const source of sources)
        write(`${source}.jsonl`, toLines(await Promise.all([0, 1, 2, 3].map((index) => sampleOf(index, source)))));
      await createNano(join(project, 'model'), 1);
      write(
        'recipe.yaml',
        `
name: outlines
model: { path: model }
data: { kind: jsonl, files: [{ path: single.jsonl }, { path: pair.jsonl }], seed: 1 }
evaluation: { samplesPerTask: 0 }
trainer: { steps: 2, promptsPerStep: 4, groupSize: 2, maxNewTokens: 4, learningRate: 1.0e-3, seed: 1 }
engine: { ranks: 1 }
plugins: [vtriune-verifier-polygon]
`,
      );
      await orsta('train', 'recipe.yaml');

      const records = readLines(readFileSync(join(project, 'runs/outlines/metrics.jsonl'), 'utf8'));
      const values = (source: string, name: string): number[] =>
        records.filter((record) => record.source === source && record.name === name).map(({ value }) => value);
      expect(values('all', 'reward/scored')).toEqual([8, 8]);
      for (const [position, source] of sources.entries()) {
        expect(values(source, 'reward/failed_rate')).toEqual(values(source, 'reward/scored').map(() => 0));
        for (const reward of values(source, 'reward/total')) expect(reward).toBeGreaterThanOrEqual(0);
        // Only the plug-in knows how many polygons a sample has.
        expect(new Set(values(source, 'verifier/true_polygons'))).toEqual(new Set([position + 1]));
      }
      const rollouts = readLines(readFileSync(join(project, 'runs/outlines/rollouts.jsonl'), 'utf8'));
      expect(rollouts.map(({ result }) => `${String(result.verifier)} ${String(result.status)}`)).toEqual(Array(16).fill('polygon scored'));
    },
    PATIENCE,
  );
});
