import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
function start(...given: string[]) {
  return spawnSync(process.execPath, [join(here, 'score-responses.mjs'), ...given], { encoding: 'utf8' });
}

describe('score-responses', () => {
  it('gets the expected rewards and prints them per source', () => {
    const { status, stdout, stderr } = start();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/boxes\D+0\.450/);
    expect(stdout).toMatch(/sums\D+1\.000/);
  });

  it('ends with code 1 where a reward is another', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'vtriune-story-')), 'samples.jsonl');
    writeFileSync(file, readFileSync(join(here, 'samples.jsonl'), 'utf8').replace('0.75}', '0.74}'));
    const { status, stderr } = start(file);
    expect(status).toBe(1);
    expect(stderr).toBe('sums-1: expected 1, got 0\n');
  });
});
