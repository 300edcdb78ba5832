import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository root, without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** Reads a JSON file. */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * The members of one workspace folder, by name: the folder (absolute), its path from the root, and its package.json.
 *
 * @param {'packages' | 'apps' | 'examples'} group
 */
export function membersOf(group) {
  return readdirSync(join(root, group))
    .sort()
    .map((name) => ({ folder: join(root, group, name), path: `${group}/${name}` }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map((member) => ({ ...member, id: basename(member.folder), manifest: readJson(join(member.folder, 'package.json')) }));
}

/** The packages that are published as libraries. */
export function publishedPackages() {
  return membersOf('packages');
}

/** All that is published: the libraries and the runner. */
export function publishedMembers() {
  return allMembers().filter(({ manifest }) => manifest.private !== true);
}

/** The published packages and the apps. */
export function allMembers() {
  return [...membersOf('packages'), ...membersOf('apps')];
}

/** Names of the workspace packages that a package needs at run time, its dependencies' own included. */
export function siblingsOf(name, packages = publishedPackages()) {
  const found = new Set();
  const visit = (current) => {
    const manifest = packages.find((entry) => entry.manifest.name === current)?.manifest;
    for (const dependency of Object.keys(manifest?.dependencies ?? {})) {
      if (!packages.some((entry) => entry.manifest.name === dependency) || found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(name);
  return [...found].sort();
}
