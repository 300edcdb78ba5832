// What all published packages have in common, as data and as a check. The gate `skeleton` checks it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './workspace.mjs';

const REQUIRED_FILES = ['README.md', 'LICENSE', 'package.json', 'tsconfig.json', 'tsup.config.ts', 'src/index.ts', 'src/errors.ts'];

/** Packages that throw errors of the language only, and so have no `src/errors.ts`. */
const WITHOUT_OWN_ERRORS = ['iou'];

const ENTRY = { types: './dist/index.d.ts', default: './dist/index.js' };
const VAGUE = /^(utils?|helpers?|common|misc|shared)\.ts$/;
const KEBAB = /^([a-z0-9]+(-[a-z0-9]+)*(\.test|\.e2e\.test|\.bench)?\.ts|[A-Z]+\.md)$/;

/**
 * The fields of package.json that are the same in every package but for its name.
 *
 * @param {string} id the folder's name
 * @param {{ exports?: object, scripts?: object, files?: string[] }} [manifest] further subpaths, scripts and pages are the package's own
 */
export function expectedFields(id, { exports = {}, scripts = {}, files = [] } = {}) {
  const entry = exports['.'] ?? ENTRY;
  const ownPages = files.filter((file) => file.endsWith('.md') && file !== 'README.md');
  return {
    name: `@vtriune/${id}`,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    exports: {
      ...exports,
      '.': entry.browser === undefined ? ENTRY : { types: ENTRY.types, browser: './dist/browser.js', default: ENTRY.default },
      './package.json': './package.json',
    },
    files: ['dist', 'schema', 'README.md', 'LICENSE', ...ownPages],
    publishConfig: { access: 'public', provenance: true },
    scripts: { ...scripts, build: 'tsup', typecheck: 'tsc -p tsconfig.json' },
  };
}

/**
 * The fields that say where a package's source is: the root's, with the folder.
 *
 * @param {string} path from the root
 */
export function placeFields(path) {
  const { repository, bugs } = readJson(join(root, 'package.json'));
  const page = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return { homepage: `${page}/tree/main/${path}#readme`, repository: { ...repository, directory: path }, bugs };
}

/**
 * What everything published needs for its page in the registry, and links of its README that end at the package's own folder.
 *
 * @param {{ folder: string, path: string, manifest: object }} member
 * @returns {string[]}
 */
export function pageProblems({ folder, path, manifest }) {
  const differing = Object.entries(placeFields(path)).filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value));
  const files = ['README.md', ...(manifest.files ?? []).filter((file) => file.endsWith('.md') && file !== 'README.md')];
  const links = files
    .filter((file) => existsSync(join(folder, file)))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\]\((\.\.\/[^)]*)\)/g)].map(([, link]) => ({ file, link })));
  return [
    ...(Array.isArray(manifest.keywords) && manifest.keywords.length > 2
      ? []
      : [`${path}/package.json: "keywords" must name three or more`]),
    ...differing.map(
      ([field, value]) =>
        `${path}/package.json: "${field}" must be ${JSON.stringify(value)}, as in the root: pnpm gate skeleton --update writes a new address everywhere`,
    ),
    ...links.map(
      ({ file, link }) => `${path}/${file}: the link ${link} leaves the package; write the address on ${placeFields(path).homepage}`,
    ),
  ];
}

/**
 * What a published package lacks or has otherwise than its siblings.
 *
 * @param {{ folder: string, path: string, id: string, manifest: object }} member
 * @returns {string[]}
 */
export function skeletonProblems({ folder, path, id, manifest }) {
  const excused = WITHOUT_OWN_ERRORS.includes(id) ? ['src/errors.ts'] : [];
  const missing = REQUIRED_FILES.filter((file) => !excused.includes(file) && !existsSync(join(folder, file)));
  const fields = Object.entries(expectedFields(id, manifest));
  const differing = fields.filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value));
  return [
    ...missing.map((file) => `${path} has no ${file}`),
    ...differing.map(
      ([field, value]) => `${path}/package.json: "${field}" must be ${JSON.stringify(value)}, is ${JSON.stringify(manifest[field])}`,
    ),
  ];
}

/** Whether a package or app carries the license of the root, word for word. */
export function licenseProblems({ folder, path }) {
  const file = join(folder, 'LICENSE');
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === readFileSync(join(root, 'LICENSE'), 'utf8');
  return isSame ? [] : [`${path}/LICENSE is not the LICENSE of the root: cp LICENSE ${path}/`];
}

/** Sources whose names do not say what they export, and files that are no source at all (a compiler's output beside them). */
export function nameProblems({ folder, path }) {
  const files = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const shown = `${path}/${join(parentPath, name).slice(folder.length + 1)}`;
    if (VAGUE.test(name)) return [`${shown}: name the concept that is inside, not its use`];
    return KEBAB.test(name) ? [] : [`${shown}: sources are TypeScript, with names in kebab-case`];
  });
}
