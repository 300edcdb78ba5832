import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const absent = !existsSync(cli);
function orsta(...given: string[]) {
  return spawnSync(process.execPath, [cli, ...given], { encoding: 'utf8', timeout: 120_000 });
}

describe(absent ? 'the program (skipped: dist/cli.js is not built)' : 'the program', () => {
  it.skipIf(absent)('ends with 0 for help and 2 for what the user has to change', { timeout: 400_000 }, () => {
    const help = orsta('--help');
    expect(help.stdout).toContain('train [options] <recipe...>');
    expect(help.status).toBe(0);
    const misspelled = orsta('trian');
    expect(misspelled.stderr).toContain('Did you mean train?');
    expect(misspelled.status).toBe(2);
    expect(orsta('eval').status).toBe(2);
    expect(orsta('train', 'absent.yaml')).toMatchObject({ status: 2, stderr: expect.stringContaining('invalid_recipe') });
  });

  it.skipIf(absent)('ends with 1 for what went wrong', { timeout: 200_000 }, () => {
    const failed = orsta('score', 'absent.jsonl');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/^error \(unreadable_file\): \S*absent\.jsonl cannot be read/);
  });
});
