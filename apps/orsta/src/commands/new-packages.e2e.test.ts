/** Packages as `orsta new` writes them: their own tests, type check and build, then their use by path. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const cli = join(root, 'apps/orsta/dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'orsta-new-'));
const PATIENCE = 600_000;

/** What `npm install` would bring, linked from this workspace. */
const INSTALLED = {
  '@types/node': 'node_modules/@types/node',
  '@vtriune/verifiers': 'packages/verifiers',
  orsta: 'apps/orsta',
  typebox: 'apps/orsta/node_modules/typebox',
  typescript: 'node_modules/typescript',
  vitest: 'node_modules/vitest',
};

async function make(kind: string, name: string): Promise<void> {
  await run(process.execPath, [cli, 'new', kind, name], { cwd: folder });
  for (const [needed, path] of Object.entries(INSTALLED)) {
    const link = join(folder, name, 'node_modules', needed);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, path), link, 'junction');
  }
}

function script(name: string, wanted: string) {
  return run('npm', ['run', wanted], {
    cwd: join(folder, name),
    env: { ...process.env, NO_COLOR: '1', PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter) },
  });
}

function writeLines(name: string, rows: readonly object[]): void {
  writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

beforeAll(() => {
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run the build first`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('orsta new verifier', () => {
  const name = 'vtriune-verifier-tags';
  beforeAll(() => make('verifier', name), PATIENCE);

  it(
    'writes tests that pass',
    async () => {
      expect((await script(name, 'test')).stdout).toMatch(/Tests\s+2 passed/);
    },
    PATIENCE,
  );

  it(
    'writes code that the compiler accepts, and that orsta score loads from its folder once built',
    async () => {
      await script(name, 'typecheck');
      await script(name, 'build');
      writeLines('answers.jsonl', [
        { id: '1', data_source: 'animals', verifier: 'tags', response: '\\boxed{dog, cat}', ground_truth: 'cat, dog' },
      ]);
      const { stdout } = await run(process.execPath, [cli, 'score', 'answers.jsonl', '--plugins', `./${name}`], { cwd: folder });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'scored', reward: 1 });
    },
    PATIENCE,
  );
});

describe('orsta new benchmark', () => {
  const name = 'orsta-benchmark-mosaics';
  beforeAll(() => make('benchmark', name), PATIENCE);

  it(
    'writes tests that pass',
    async () => {
      expect((await script(name, 'test')).stdout).toMatch(/Tests\s+9 passed/);
    },
    PATIENCE,
  );

  it(
    'writes code that the compiler accepts, and that orsta eval bench loads from its folder once built',
    async () => {
      await script(name, 'typecheck');
      await script(name, 'build');
      const row = { image: '1.png', shapes: 'circle, star' };
      writeLines('data.jsonl', [
        { id: '1', ...row },
        { id: '2', ...row },
      ]);
      writeLines('responses.jsonl', [
        { id: '1', response: 'circle, star' },
        { id: '2', response: 'star, circle' },
      ]);
      const given = ['--plugins', `./${name}`, '--data', 'data.jsonl', '--predictions', 'responses.jsonl'];
      const { stdout } = await run(process.execPath, [cli, 'eval', 'bench', 'mosaics', ...given], { cwd: folder });
      expect(stdout).toContain('Shapes in order, rules official (orsta-benchmark-mosaics@0.1.0)');
      expect(stdout).toContain('75.0');
    },
    PATIENCE,
  );
});
