// What pages for people point at: links, headings, and files that are named in code spans and code blocks. Whether a file is there is asked of git
// and not of the disk: a folder that git ignores is on the writer's disk and on nobody else's.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const FENCE = /^```[\s\S]*?^```$/gm;
const LINK = /\]\(([^)\s]+)\)/g;
const NAMED = /(?<![\w./:@~$<-])(?:\.{1,2}\/)?[\w.-]+(?:\/[\w.-]+)+/g;
/** What a build makes, and what a reader makes by the commands of a page. */
const MADE = /(^|\/)(dist|node_modules|runs)(\/|$)/;

/** All files that git has or would take, and the folders that hold them, as paths from the root. */
export async function trackedPaths() {
  const { code, output, errors } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { capture: true });
  if (code !== 0) throw new Error(`git ls-files ended with code ${code}: ${errors}`);
  return withFolders(output.split('\n').filter((path) => path !== ''));
}

/** A set of paths together with the folders that hold them. */
export function withFolders(paths) {
  const all = new Set(paths);
  for (const path of paths) for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) all.add(folder);
  return all;
}

/** The anchors of a page's headings, as GitHub and VitePress write them. */
export function anchorsOf(markdown) {
  return [...markdown.replaceAll(FENCE, '').matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/**
 * Links of a page that lead to no tracked file or to no heading.
 *
 * @param {{ page: string, markdown: string, tracked: ReadonlySet<string>, read?: (path: string) => string }} given `page`: its path from the root
 */
export function linkProblems({ page, markdown, tracked, read = (path) => readFileSync(join(root, path), 'utf8') }) {
  const links = [...markdown.replaceAll(FENCE, '').matchAll(LINK)].map(([, link]) => link);
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path, anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '');
    if (!tracked.has(target)) return [`${page}: ${link} leads to no file that git tracks`];
    if (anchor === undefined) return [];
    const file = target.endsWith('.md') ? target : join(target, 'README.md');
    return tracked.has(file) && anchorsOf(read(file)).includes(anchor) ? [] : [`${page}: ${link} leads to no heading of ${file}`];
  });
}

/**
 * Paths that a page names, in its text or its code, and that git does not track. A name counts as a path of the repository where it begins with one
 * of the folders at the root.
 *
 * @param {{ page: string, markdown: string, tracked: ReadonlySet<string> }} given
 */
export function namedPathProblems({ page, markdown, tracked }) {
  const named = [...markdown.matchAll(NAMED)].map(([path]) => path.replace(/[./]+$/, '').replace(/^\.\//, ''));
  const folders = new Set([...tracked].filter((path) => path.includes('/')).map((path) => path.split('/')[0]));
  return [...new Set(named)]
    .filter((path) => folders.has(path.split('/')[0]) && !MADE.test(path) && !tracked.has(path))
    .map((path) => `${page}: ${path} is not a file that git tracks`);
}
