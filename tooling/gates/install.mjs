import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { tarballs } from '../lib/tarballs.mjs';
import { publishedPackages, siblingsOf } from '../lib/workspace.mjs';

// Install scripts stay off: the native TensorFlow packages, optional, would download a library each time.
const NPM_INSTALL = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Each package alone, as a user gets it: its tarball in an empty project, under engine-strict, every entry imported. */
export const install = {
  what: 'each packed package installs alone with npm and imports',
  run: async () => {
    const files = await tarballs();
    const folder = mkdtempSync(join(tmpdir(), 'vtriune-install-'));
    try {
      const found = await Promise.all(publishedPackages().map((entry) => check(join(folder, entry.id), entry.manifest, files)));
      return { problems: found.flat() };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function check(folder, manifest, files) {
  makeProject(folder);
  // Siblings come as tarballs too: no registry has them before the first release.
  const wanted = [manifest.name, ...siblingsOf(manifest.name)].map((name) => files.get(name));
  const installed = await run('npm', [...NPM_INSTALL, ...wanted], { cwd: folder, capture: true });
  if (installed.code !== 0) return [`${manifest.name} does not install: ${installed.errors}${installed.output}`];
  const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object');
  const imports = entries.map(([subpath]) => `await import('${manifest.name}${subpath.slice(1)}');`).join('\n');
  writeFileSync(join(folder, 'import.mjs'), imports);
  const imported = await run('node', ['import.mjs'], { cwd: folder, capture: true });
  return imported.code === 0 ? [] : [`${manifest.name} installs, but does not import: ${imported.errors}`];
}

function makeProject(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty-project", "private": true, "type": "module" }\n');
  writeFileSync(join(folder, '.npmrc'), 'engine-strict=true\n');
}
