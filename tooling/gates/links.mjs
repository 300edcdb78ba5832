import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkProblems, namedPathProblems, trackedPaths } from '../lib/page-links.mjs';
import { root } from '../lib/workspace.mjs';

/** Every page of the repository: what it links to, and the files that it names, are files that git tracks. */
export const links = {
  what: 'links of pages, and the files that they name, are tracked by git',
  run: async () => {
    const tracked = await trackedPaths();
    const pages = [...tracked].filter((path) => path.endsWith('.md') && !path.startsWith('.changeset/'));
    const problems = pages.flatMap((page) => {
      const markdown = readFileSync(join(root, page), 'utf8');
      return [...linkProblems({ page, markdown, tracked }), ...namedPathProblems({ page, markdown, tracked })];
    });
    return { problems };
  },
};
