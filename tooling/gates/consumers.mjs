import { rmSync } from 'node:fs';
import { bundleForBrowser } from '../consumers/browser.mjs';
import { runCommand } from '../consumers/command.mjs';
import { loadEntries } from '../consumers/load.mjs';
import { consumerProject, entriesOf } from '../consumers/project.mjs';
import { checkTypes } from '../consumers/types.mjs';
import { publishedMembers } from '../lib/workspace.mjs';

/** All packed packages in one project of a user: import, require, strict types, browser bundles, and the runner's command. */
export const consumers = {
  what: 'packed packages work with import, require, strict TypeScript, Vite and npx',
  run: async () => {
    const { folder, problem } = await consumerProject();
    try {
      if (problem !== undefined) return { problems: [problem] };
      const entries = publishedMembers().flatMap(({ manifest }) => entriesOf(manifest));
      const checks = [loadEntries, checkTypes, bundleForBrowser, runCommand];
      const problems = [];
      for (const check of checks) problems.push(...(await check(folder, entries)));
      return { problems };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
