import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPackage } from './create-package.mjs';
import { readmeExample } from './readme-example.mjs';
import { licenseProblems, nameProblems, skeletonProblems } from './skeleton.mjs';
import { readJson, root } from './workspace.mjs';

let target;

beforeEach(() => {
  target = mkdtempSync(join(tmpdir(), 'vtriune-new-package-'));
  mkdirSync(join(target, '.changeset'));
  copyFileSync(join(root, '.changeset', 'config.json'), join(target, '.changeset', 'config.json'));
});

afterEach(() => rmSync(target, { recursive: true, force: true }));

function created() {
  const folder = join(target, 'packages', 'frame-log');
  return { folder, path: 'packages/frame-log', id: 'frame-log', manifest: readJson(join(folder, 'package.json')) };
}

describe('createPackage', () => {
  it('makes a package that has the skeleton of its siblings', () => {
    expect(createPackage({ target, name: 'frame-log', description: 'Frames in order' })).toHaveProperty('files.length', 8);
    const member = created();
    expect([...skeletonProblems(member), ...licenseProblems(member), ...nameProblems(member)]).toEqual([]);
    expect(readFileSync(join(member.folder, 'tsup.config.ts'), 'utf8')).toBe(
      readFileSync(join(root, 'packages/iou/tsup.config.ts'), 'utf8'),
    );
    expect(readmeExample(readFileSync(join(member.folder, 'README.md'), 'utf8'))).toMatchObject({ output: 'invalid_input\n' });
  });

  it('writes everything as prettier would', async () => {
    const { files } = createPackage({ target, name: 'frame-log' });
    const style = await resolveConfig(join(root, 'package.json'));
    for (const path of [...files.filter((file) => !file.endsWith('LICENSE')), '.changeset/config.json']) {
      const text = readFileSync(join(target, path), 'utf8');
      expect(await format(text, { ...style, filepath: path }), path).toBe(text);
    }
  });

  it('is released with the others', () => {
    createPackage({ target, name: 'frame-log' });
    expect(readJson(join(target, '.changeset', 'config.json')).fixed[0]).toContain('@vtriune/frame-log');
  });

  it.each(['', 'Frame', 'frame_log', '-frame'])("refuses the name '%s'", (name) => {
    expect(createPackage({ target, name })).toHaveProperty('problem');
  });

  it('does not write over a package', () => {
    createPackage({ target, name: 'frame-log' });
    expect(createPackage({ target, name: 'frame-log' }).problem).toContain('exists');
  });
});
