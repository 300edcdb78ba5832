import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publishedPackages, readJson, root } from '../lib/workspace.mjs';

/** The public names of every package, pinned in `tooling/exports/<package>.json`: a new or lost export is a decision, not an accident. */
export const exportsSnapshot = {
  what: 'public names are those of tooling/exports',
  run: async ({ update }) => {
    const found = await Promise.all(publishedPackages().map((entry) => compare(entry, update)));
    return { problems: found.flat() };
  },
};

async function compare({ id, folder, manifest }, update) {
  const file = join(root, 'tooling', 'exports', `${id}.json`);
  const names = await exportedNames(folder, manifest);
  if (update) {
    mkdirSync(join(root, 'tooling', 'exports'), { recursive: true });
    writeFileSync(file, `${JSON.stringify(names, null, 2)}\n`);
    return [];
  }
  const pinned = existsSync(file) ? readJson(file) : {};
  return Object.keys({ ...pinned, ...names }).flatMap((entry) =>
    differences(`${manifest.name}${entry.slice(1)}`, pinned[entry], names[entry]),
  );
}

/** Subpath -> sorted names of what its module exports at run time. Types are not seen here; the compiler and attw look at those. */
async function exportedNames(folder, manifest) {
  const modules = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object');
  const named = modules.map(async ([subpath, target]) => {
    const module = await import(pathToFileURL(join(folder, target.default)).href);
    return [subpath, Object.keys(module).sort()];
  });
  return Object.fromEntries(await Promise.all(named));
}

function differences(entry, pinned = [], names = []) {
  const gained = names.filter((name) => !pinned.includes(name)).map((name) => `+ ${name}`);
  const lost = pinned.filter((name) => !names.includes(name)).map((name) => `- ${name}`);
  const all = [...gained, ...lost];
  return all.length === 0 ? [] : [`${entry}: ${all.join(', ')}. If it is meant: pnpm gate exports --update, and a changeset.`];
}
