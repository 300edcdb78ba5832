import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageFiles } from './package-files.mjs';
import { readJson, root } from './workspace.mjs';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes the files of a new package to `packages/<name>`, and adds it to the packages that are released together.
 *
 * @param {{ target: string, name: string, description?: string }} options `target`: the root of the workspace it goes to
 * @returns {{ files: string[] } | { problem: string }} paths from the target
 */
export function createPackage({ target, name, description }) {
  if (!NAME.test(name))
    return { problem: `'${name}' is no package name: lower-case words joined by '-', such as \`pnpm new:package replay\`.` };
  if (existsSync(join(target, 'packages', name))) return { problem: `packages/${name} exists; choose another name or remove it first.` };
  const files = Object.entries(packageFiles(name, description || `What @vtriune/${name} is for, in one sentence`));
  for (const [path, text] of files) {
    const file = join(target, 'packages', name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  copyFileSync(join(root, 'LICENSE'), join(target, 'packages', name, 'LICENSE'));
  releaseTogether(join(target, '.changeset', 'config.json'), `@vtriune/${name}`);
  return { files: [...files.map(([path]) => path), 'LICENSE'].map((path) => `packages/${name}/${path}`).sort() };
}

function releaseTogether(file, name) {
  const config = readJson(file);
  const fixed = [[...config.fixed[0], name]];
  // One line for the group, as prettier has it.
  const text = JSON.stringify({ ...config, fixed: '@' }, null, 2).replace('"@"', JSON.stringify(fixed).replaceAll('","', '", "'));
  writeFileSync(file, `${text}\n`);
}
