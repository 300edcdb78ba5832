import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cycleProblems } from '../lib/import-cycles.mjs';
import { allMembers, root } from '../lib/workspace.mjs';

/** No file imports itself by way of others, types included. Packages cannot: lint keeps the arrows between them. */
export const cycles = {
  what: 'no source file imports itself by way of others',
  run: async () => ({ problems: allMembers().flatMap(({ folder }) => cycleProblems(sourcesOf(folder), root)) }),
};

function sourcesOf(folder) {
  const entries = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map(({ parentPath, name }) => join(parentPath, name));
}
