/** The adapters as `orsta adapter` prints them, tested by Python itself against a fake service; see benchmarks/peers/test_adapters.py. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const tests = fileURLToPath(new URL('../../../../benchmarks/peers/test_adapters.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orsta-adapters-'));

const asked = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']);
const absent = asked.status !== 0;

beforeAll(() => {
  if (!existsSync(cli)) throw new Error(`${cli} is not built: run the build first`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(absent ? 'the printed adapters (skipped: there is no python3 of 3.9 or later)' : 'the printed adapters', () => {
  it.skipIf(absent)('pass their tests in Python', async () => {
    for (const name of ['verl', 'trl', 'ms-swift', 'easyr1']) {
      await run(process.execPath, [cli, 'adapter', name, '--out', join(folder, `vtriune_${name.replace('-', '_')}.py`)]);
    }
    const { stderr } = await run('python3', ['-W', 'error::SyntaxWarning', tests], { env: { ...process.env, VTRIUNE_ADAPTERS: folder } });
    expect(stderr).toMatch(/^Ran \d{2} tests in/m);
    expect(stderr).toMatch(/^OK/m);
  });
});
