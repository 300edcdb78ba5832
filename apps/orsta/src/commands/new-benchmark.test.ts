import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../context.ts';
import { benchmarkFiles } from './benchmark-files.ts';
import { newBenchmarkCommand } from './new-benchmark.ts';

const folder = mkdtempSync(join(tmpdir(), 'new-benchmark-'));
const output = vi.fn<(text: string) => void>();
const context = { output, cwd: folder } as unknown as CommandContext;
function manifestOf(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('newBenchmarkCommand', () => {
  it('writes a package of its own that needs this orsta', async () => {
    await newBenchmarkCommand('@you/orsta-benchmark-mosaics', {}, context);
    expect(output.mock.calls[0]?.[0]).toContain('orsta eval bench mosaics --plugins @you/orsta-benchmark-mosaics');
    const { version } = createRequire(import.meta.url)('orsta/package.json');
    expect(manifestOf('orsta-benchmark-mosaics')).toMatchObject({
      name: '@you/orsta-benchmark-mosaics',
      peerDependencies: { orsta: `^${String(version)}` },
      devDependencies: { orsta: `^${String(version)}` },
    });
    expect(readFileSync(join(folder, 'orsta-benchmark-mosaics/src/index.ts'), 'utf8')).toContain("name: 'mosaics'");
  });

  it('installs from tarballs where these are given', async () => {
    const packages = join(folder, 'tarballs');
    mkdirSync(packages);
    for (const id of ['vtriune-format', 'vtriune-iou', 'vtriune-monitor', 'vtriune-trainer', 'vtriune-verifiers'])
      writeFileSync(join(packages, `${id}-0.1.0.tgz`), '');
    await expect(newBenchmarkCommand('near', { packages }, context)).rejects.toThrow(/no orsta-\*\.tgz/);
    writeFileSync(join(packages, 'orsta-0.1.0.tgz'), '');
    await newBenchmarkCommand('near', { packages }, context);
    expect(manifestOf('near')).toMatchObject({
      devDependencies: { orsta: 'file:../tarballs/orsta-0.1.0.tgz', '@vtriune/iou': 'file:../tarballs/vtriune-iou-0.1.0.tgz' },
    });
  });

  it('refuses names that cannot be, and those of the program', async () => {
    await expect(newBenchmarkCommand('My Shapes', {}, context)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('such as orsta-benchmark-shapes or @you/shapes'),
    });
    await expect(newBenchmarkCommand('orsta-benchmark-mmmu', {}, context)).rejects.toThrow('A benchmark "mmmu" is built in');
    await expect(newBenchmarkCommand('mosaics', { out: 'tarballs' }, context)).rejects.toMatchObject({ code: 'invalid_data' });
  });
});

describe('benchmarkFiles', () => {
  it('leaves no hole of a template open', () => {
    const files = benchmarkFiles({ packageName: 'p', benchmarkName: 'b', orstaVersion: '1.2.3' });
    expect(Object.keys(files)).toHaveLength(7);
    for (const text of Object.values(files)) expect(text).not.toMatch(/undefined\b(?! )|\[object/);
  });
});
