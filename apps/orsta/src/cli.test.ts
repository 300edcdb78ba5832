import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
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

  it.skipIf(absent)('loads what a command needs when it is asked for', () => {
    expect(packagesLoadedBy('cli.js')).toEqual(['@vtriune/format/at', 'commander']);
    const heavy = ['@tensorflow/tfjs-core', '@vtriune/trainer', '@vtriune/monitor', '@vtriune/verifiers', '@vtriune/format', 'sharp'];
    expect(packagesLoadedBy('scoring.js').filter((name) => heavy.includes(name))).toEqual([]);
  });
});

/** The packages that a file of the build imports at once, by itself or by way of its chunks. */
function packagesLoadedBy(entry: string): string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(cli, '..', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^(?:import|export)\b(?:[^'"();]*\bfrom)? ?"([^"]+)";$/gm))
      if (name.startsWith('./')) visit(name);
      else if (!isBuiltin(name)) packages.add(name);
  };
  visit(entry);
  return [...packages].sort();
}
