/** A package as `orsta new verifier` writes it: its own tests, type check and build, then its use by path. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const cli = join(root, 'apps/orsta/dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'orsta-new-'));
const made = join(folder, 'vtriune-verifier-tags');
const PATIENCE = 600_000;

/** What `npm install` would bring, linked from this workspace. */
const INSTALLED = {
  '@vtriune/verifiers': 'packages/verifiers',
  typebox: 'apps/orsta/node_modules/typebox',
  typescript: 'node_modules/typescript',
  vitest: 'node_modules/vitest',
};

function script(name: string) {
  return run('npm', ['run', name], {
    cwd: made,
    env: { ...process.env, NO_COLOR: '1', PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter) },
  });
}

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run the build first`);
  await run(process.execPath, [cli, 'new', 'verifier', 'vtriune-verifier-tags'], { cwd: folder });
  mkdirSync(join(made, 'node_modules/@vtriune'), { recursive: true });
  for (const [name, path] of Object.entries(INSTALLED)) symlinkSync(join(root, path), join(made, 'node_modules', name), 'junction');
}, PATIENCE);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('orsta new verifier', () => {
  it(
    'writes tests that pass',
    async () => {
      const { stdout } = await script('test');
      expect(stdout).toMatch(/Tests\s+2 passed/);
    },
    PATIENCE,
  );

  it(
    'writes code that the compiler accepts, and that orsta score loads from its folder once built',
    async () => {
      await script('typecheck');
      await script('build');
      const request = { id: '1', data_source: 'animals', verifier: 'tags', response: '\\boxed{dog, cat}', ground_truth: 'cat, dog' };
      writeFileSync(join(folder, 'answers.jsonl'), `${JSON.stringify(request)}\n`);
      const { stdout } = await run(process.execPath, [cli, 'score', 'answers.jsonl', '--plugins', './vtriune-verifier-tags'], {
        cwd: folder,
      });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'scored', reward: 1 });
    },
    PATIENCE,
  );
});
