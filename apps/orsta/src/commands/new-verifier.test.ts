import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, score, type VerifierPlugin } from '@vtriune/verifiers';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { verifierFiles } from './verifier-files.ts';
import type { CommandContext } from '../context.ts';
import { newVerifierCommand } from './new-verifier.ts';

// Within the app, so that what the generated code imports is found.
const folder = mkdtempSync(fileURLToPath(new URL('../../new-verifier-test-', import.meta.url)));
const output = vi.fn<(text: string) => void>();
const context = { output, cwd: folder } as unknown as CommandContext;
function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('newVerifierCommand', () => {
  it('writes a package of its own that needs these verifiers', async () => {
    await newVerifierCommand('@you/vtriune-verifier-tags', {}, context);
    expect(output.mock.calls[0]?.[0]).toContain('src/index.test.ts');
    const { version } = createRequire(import.meta.url)('@vtriune/verifiers/package.json');
    expect(JSON.parse(read('vtriune-verifier-tags/package.json'))).toMatchObject({
      name: '@you/vtriune-verifier-tags',
      type: 'module',
      peerDependencies: { '@vtriune/verifiers': `^${String(version)}` },
    });
    expect(read('vtriune-verifier-tags/src/index.test.ts')).toContain("describe('tags'");
    expect(read('vtriune-verifier-tags/README.md')).toContain('"verifier": "tags"');
  });

  it('installs from tarballs where these are given, and says which one is missing', async () => {
    const packages = join(folder, 'tarballs');
    mkdirSync(packages);
    for (const id of ['verifiers', 'format']) writeFileSync(join(packages, `vtriune-${id}-0.1.0.tgz`), '');
    await expect(newVerifierCommand('near', { packages: 'tarballs' }, context)).rejects.toThrow(/vtriune-iou-\*\.tgz.*npm run pack/);
    expect(existsSync(join(folder, 'near'))).toBe(false);
    writeFileSync(join(packages, 'vtriune-iou-0.1.0.tgz'), '');
    await newVerifierCommand('near', { packages: 'tarballs' }, context);
    expect(JSON.parse(read('near/package.json')).devDependencies).toMatchObject({
      '@vtriune/verifiers': 'file:../tarballs/vtriune-verifiers-0.1.0.tgz',
      '@vtriune/iou': 'file:../tarballs/vtriune-iou-0.1.0.tgz',
    });
  });

  it('writes a plug-in that scores', async () => {
    await newVerifierCommand('tags', { out: 'deep/down' }, context);
    const { default: plugin } = (await import(join(folder, 'deep/down/src/index.ts'))) as { default: VerifierPlugin };
    expect(plugin.meta).toEqual({ name: 'tags', version: '0.1.0' });
    const request = { id: '1', data_source: 'animals', verifier: 'tags', response: '\\boxed{Dog, cat}', ground_truth: 'cat, dog' };
    const results = await score([request, { ...request, response: 'cat' }], { registry: createRegistry(plugin.verifiers) });
    expect(results).toMatchObject([{ reward: 1 }, { reward: 2 / 3 }]);
  });

  it('refuses names and folders that cannot be', async () => {
    for (const name of ['Not A Name', 'vtriune-verifier-', '@you/', 'a--b', '../up', 'vtriune-verifier-3d'])
      await expect(newVerifierCommand(name, {}, context)).rejects.toMatchObject({ code: 'usage' });
    await expect(newVerifierCommand('vtriune-verifier-counting', {}, context)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('built in'),
    });
    await expect(newVerifierCommand('tags', { out: 'deep' }, context)).rejects.toMatchObject({ code: 'invalid_data' });
  });
});

describe('verifierFiles', () => {
  it('leaves no hole of a template open', () => {
    const files = verifierFiles({ packageName: 'p', verifierName: 'v', verifiersVersion: '1.2.3' });
    expect(Object.keys(files)).toHaveLength(7);
    for (const text of Object.values(files)) expect(text).not.toMatch(/undefined|\[object/);
  });
});
