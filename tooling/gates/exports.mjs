import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicTypes, typeDifferences } from '../lib/public-types.mjs';
import { publishedPackages, readJson, root } from '../lib/workspace.mjs';

/** Begins the section of an entry; nothing else in these files is a comment. */
const HEADING = '// ';

/**
 * The public surface of every package, pinned in `tooling/exports`: `<package>.json` has the names that exist at run time, `<package>.d.ts`
 * the types of everything exported. A new, lost or changed export is a decision, not an accident.
 */
export const exportsSnapshot = {
  what: 'public names and types are those of tooling/exports',
  run: async ({ update }) => {
    const found = [];
    for (const member of publishedPackages()) found.push(...(await compare(member, update)));
    return { problems: found };
  },
};

async function compare(member, update) {
  const { id, folder, manifest } = member;
  const file = (extension) => join(root, 'tooling', 'exports', `${id}.${extension}`);
  const names = await exportedNames(folder, manifest);
  const types = await typesText(member);
  if (update) {
    mkdirSync(join(root, 'tooling', 'exports'), { recursive: true });
    writeFileSync(file('json'), `${JSON.stringify(names, null, 2)}\n`);
    writeFileSync(file('d.ts'), types);
    return [];
  }
  const pinned = existsSync(file('json')) ? readJson(file('json')) : {};
  const pinnedTypes = existsSync(file('d.ts')) ? readFileSync(file('d.ts'), 'utf8') : '';
  return [
    ...Object.keys({ ...pinned, ...names }).flatMap((entry) =>
      differences(`${manifest.name}${entry.slice(1)}`, pinned[entry], names[entry]),
    ),
    ...typeProblems(pinnedTypes, types),
  ];
}

/** The entries one after the other, each below a line with its name. */
async function typesText(member) {
  const entries = [...(await publicTypes(member))];
  return entries.map(([subpath, text]) => `${HEADING}${member.manifest.name}${subpath.slice(1)}\n\n${text}`).join('\n');
}

function typeProblems(pinned, types) {
  const before = sectionsOf(pinned);
  const after = sectionsOf(types);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((entry) => {
    const changes = typeDifferences(before.get(entry) ?? '', after.get(entry) ?? '');
    return changes.length === 0
      ? []
      : [`types of ${entry}: ${changes.join(', ')}. If it is meant: pnpm gate exports --update, and a changeset.`];
  });
}

function sectionsOf(text) {
  return new Map(
    text
      .split(HEADING)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n'))]),
  );
}

/** Subpath -> sorted names of what its module exports at run time. */
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
