import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { tarballs } from '../lib/tarballs.mjs';

// Install scripts stay off: the native TensorFlow packages, optional, would download a library each time.
const NPM_INSTALL = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * An empty project in a temporary folder with every published package installed from its tarball, as a user has it.
 *
 * @returns {Promise<{ folder: string, problem?: string }>}
 */
export async function consumerProject() {
  const folder = mkdtempSync(join(tmpdir(), 'vtriune-consumer-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  writeFileSync(join(folder, '.npmrc'), 'engine-strict=true\n');
  const files = await tarballs();
  const { code, output, errors } = await run('npm', [...NPM_INSTALL, ...files.values()], { cwd: folder, capture: true });
  return code === 0 ? { folder } : { folder, problem: `the tarballs do not install together: ${errors}${output}` };
}

/** The entries that a manifest promises: `@vtriune/verifiers`, `@vtriune/verifiers/server`, ... */
export function entriesOf({ name, exports = {} }) {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => `${name}${subpath.slice(1)}`);
}
