import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const app = fileURLToPath(new URL('..', import.meta.url));

describe('the command orsta', () => {
  it('runs by npx in a checkout', async () => {
    const { stdout } = await run('npx', ['--no-install', 'orsta', '--version'], { cwd: root });
    const { version } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as { version: string };
    expect(stdout.trim()).toBe(version);
  });

  it('says what to do where nothing is built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orsta-unbuilt-'));
    try {
      cpSync(join(app, 'bin'), join(folder, 'bin'), { recursive: true });
      cpSync(join(app, 'package.json'), join(folder, 'package.json'));
      const failure = run(process.execPath, [join(folder, 'bin/orsta.js'), '--version']);
      await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm run setup') });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
