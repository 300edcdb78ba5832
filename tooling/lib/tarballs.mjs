import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { publishedMembers, root } from './workspace.mjs';

const forGates = join(root, 'node_modules', '.cache', 'gates', 'tarballs');

let packing;

/**
 * Packs every published package as it would go to the registry, once per process.
 *
 * @returns {Promise<Map<string, string>>} package name -> tarball
 */
export function tarballs() {
  packing ??= packAll(forGates);
  return packing;
}

/**
 * Packs every published package into a folder that is emptied of other tarballs first.
 *
 * @param {string} folder
 * @returns {Promise<Map<string, string>>} package name -> tarball
 */
export async function packAll(folder) {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder).filter((file) => file.endsWith('.tgz'))) rmSync(join(folder, old));
  const filters = publishedMembers().flatMap(({ path }) => ['--filter', `./${path}`]);
  const { code, output, errors } = await run('pnpm', ['-r', ...filters, 'pack', '--pack-destination', folder], { capture: true });
  if (code !== 0) throw new Error(`pnpm pack ended with code ${code}: ${errors}${output}`);
  const files = readdirSync(folder);
  const found = publishedMembers().map(({ manifest }) => [manifest.name, files.find((file) => file === tarballName(manifest))]);
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
  if (missing.length > 0) throw new Error(`pnpm pack made no tarball of ${missing.join(', ')}; it made ${files.join(', ')}`);
  return new Map(found.map(([name, file]) => [name, join(folder, file)]));
}

function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
}
