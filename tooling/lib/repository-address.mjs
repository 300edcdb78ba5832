// The address of the repository is in one place: `repository.url` of the root's package.json. All other pages and manifests repeat it, because
// npm, GitHub and readers of a published README need it in full. `pnpm gate skeleton --update` copies a new one to them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { publishedMembers, readJson, root } from './workspace.mjs';

/** `owner/name` of a repository field. */
export function slugOf({ url }) {
  const found = /github\.com\/([\w.-]+\/[\w.-]+?)(\.git)?$/.exec(url);
  if (found === null) throw new Error(`"${url}" is not a repository on GitHub; write git+https://github.com/OWNER/NAME.git`);
  return found[1];
}

/** A text with the addresses of one repository as those of another. */
export function moveAddress(text, { from, to }) {
  const escaped = from.replaceAll(/[.]/g, '\\$&');
  return text.replaceAll(new RegExp(`((?:github|raw\\.githubusercontent)\\.com/)${escaped}(?![\\w-])`, 'g'), `$1${to}`);
}

/** Writes the root's address into every tracked file that has the one of the published packages. */
export async function updateAddresses() {
  const to = slugOf(readJson(join(root, 'package.json')).repository);
  const from = slugOf(publishedMembers()[0].manifest.repository);
  if (from === to) return;
  const { output } = await run('git', ['grep', '-lI', '--fixed-strings', `${from}`], { capture: true });
  for (const path of output.split('\n').filter((line) => line !== '')) {
    const file = join(root, path);
    const text = readFileSync(file, 'utf8');
    const moved = moveAddress(text, { from, to });
    if (moved !== text) writeFileSync(file, moved);
  }
}
