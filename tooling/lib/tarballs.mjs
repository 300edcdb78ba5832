import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { publishedPackages, root } from './workspace.mjs';

const folder = join(root, 'node_modules', '.cache', 'gates', 'tarballs');

let packing;

/**
 * Packs every published package as it would go to the registry, once per process.
 *
 * @returns {Promise<Map<string, string>>} package name -> tarball
 */
export function tarballs() {
  packing ??= packAll();
  return packing;
}

async function packAll() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { code, output, errors } = await run('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], {
    capture: true,
  });
  if (code !== 0) throw new Error(`pnpm pack ended with code ${code}: ${errors}${output}`);
  const files = readdirSync(folder);
  const found = publishedPackages().map(({ manifest }) => [manifest.name, files.find((file) => file === tarballName(manifest))]);
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
  if (missing.length > 0) throw new Error(`pnpm pack made no tarball of ${missing.join(', ')}; it made ${files.join(', ')}`);
  return new Map(found.map(([name, file]) => [name, join(folder, file)]));
}

function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}
