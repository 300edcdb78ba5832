import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { CommandContext } from './context.ts';
import { newVerifierCommand } from './new-verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-new-'));
const output = vi.fn<(text: string) => void>();
const context = { output, cwd: folder } as unknown as CommandContext;

describe('newVerifierCommand', () => {
  it('writes a package that npm can install and node can test', async () => {
    await newVerifierCommand('last-word', {}, context);
    expect(output.mock.calls[0]?.[0]).toContain('package.json, index.js, index.test.js, README.md');
    const read = (file: string): string => readFileSync(join(folder, 'last-word', file), 'utf8');
    expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'last-word', type: 'module', exports: './index.js', scripts: { test: 'node --test' } });
    expect(read('index.js')).toContain("name: 'last-word'");
    expect(read('index.test.js')).toContain('testVerifier');
  });

  it('refuses names and folders that cannot be', async () => {
    await expect(newVerifierCommand('Not A Name', {}, context)).rejects.toMatchObject({ code: 'usage' });
    await expect(newVerifierCommand('last-word', {}, context)).rejects.toMatchObject({ code: 'invalid_data' });
  });
});
