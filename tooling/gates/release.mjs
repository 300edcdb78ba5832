import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { tarballs } from '../lib/tarballs.mjs';
import { publishedMembers, readJson, root } from '../lib/workspace.mjs';

/** The next release without releasing it: versions and changelogs in a clone, and `npm publish --dry-run` of every tarball. */
export const release = {
  what: 'changesets give the next versions, and npm would publish every package',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vtriune-release-'));
    try {
      return { problems: [...(await versionProblems(join(folder, 'clone'))), ...(await publishProblems())] };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Changesets look at the git history, so they get a clone; what is not committed is not part of a release. */
async function versionProblems(clone) {
  const cloned = await run('git', ['clone', '--quiet', '--shared', root, clone], { capture: true });
  if (cloned.code !== 0) return [`git clone ended with code ${cloned.code}: ${cloned.errors}`];
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction');
  const { code, output, errors } = await run('changeset', ['version'], { cwd: clone, capture: true });
  if (code !== 0) return [`changeset version ended with code ${code}: ${output}${errors}`];
  const next = publishedMembers().map(({ path, manifest }) => ({
    name: manifest.name,
    from: manifest.version,
    to: readJson(join(clone, path, 'package.json')).version,
  }));
  const versions = new Set(next.map(({ to }) => to));
  return [
    ...next.filter(({ from, to }) => from === to).map(({ name, to }) => `${name} stays ${to}: no changeset names it or what it needs`),
    ...(versions.size === 1 ? [] : [`the packages would have different versions: ${[...versions].join(', ')}`]),
  ];
}

async function publishProblems() {
  const problems = [];
  for (const [name, file] of await tarballs()) {
    const { code, output, errors } = await run('npm', ['publish', file, '--dry-run', '--loglevel=error'], { capture: true });
    if (code !== 0) problems.push(`npm would not publish ${name}: ${errors}${output}`);
  }
  return problems;
}
