import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { blockProblems } from '../lib/markdown-blocks.mjs';
import { readmeExample } from '../lib/readme-example.mjs';
import { run } from '../lib/run.mjs';
import { membersOf, root } from '../lib/workspace.mjs';

const app = join(root, 'apps', 'orsta');

/** Every ```ts block of a page compiles against the build. The example of every README is run, and prints what the README shows. */
export const readme = {
  what: 'README blocks compile, and examples print what they show',
  run: async () => {
    const packages = membersOf('packages').map(({ folder, path }) => ({
      file: join(folder, 'README.md'),
      name: path,
      folder,
      onlyMarked: false,
    }));
    const apps = membersOf('apps').map(({ folder, path }) => ({ file: join(folder, 'README.md'), name: path, folder, onlyMarked: true }));
    // The root's example uses several packages; the app is the folder from which all five can be imported.
    const top = { file: join(root, 'README.md'), name: 'README.md', folder: app, onlyMarked: true };
    const problems = blockProblems(pagesWithBlocks());
    for (const page of [...packages, ...apps, top]) problems.push(...(await checkPage(page)));
    return { problems };
  },
};

/** Every page of the repository that people read, and the folder in which its blocks see what they import. */
function pagesWithBlocks() {
  const members = ['packages', 'apps', 'examples'].flatMap((group) => membersOf(group).map(({ folder }) => ({ folder, from: folder })));
  const others = ['.', 'docs', 'docs/decisions', 'benchmarks'].map((path) => ({ folder: join(root, path), from: app }));
  return [...members, ...others].flatMap(({ folder, from }) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
      .map((file) => ({ name: relative(root, file), folder: from, markdown: readFileSync(file, 'utf8') })),
  );
}

async function checkPage({ file, name, folder, onlyMarked }) {
  if (!existsSync(file)) return [`${name} has no README.md`];
  const example = readmeExample(readFileSync(file, 'utf8'), { onlyMarked });
  if (example === undefined) return onlyMarked ? [] : [`${name}/README.md has no \`\`\`ts block to run`];
  if (example.output === undefined) return [`${name}: the example is not followed by a \`\`\`text block with its output`];
  const { code, output, errors } = await execute(example.code, folder);
  if (code !== 0) return [`${name}: the example ended with code ${code}\n${errors}`];
  if (output.trimEnd() === example.output.trimEnd()) return [];
  return [`${name}: the example prints\n${output}\nbut the README shows\n${example.output}`];
}

/** Runs the code from inside the package's `dist`, so that the package's own name resolves; its files go to a folder of their own. */
async function execute(code, folder) {
  const script = join(folder, 'dist', '.readme-example.mjs');
  const scratch = mkdtempSync(join(tmpdir(), 'vtriune-readme-'));
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(script, outputText);
  try {
    return await run('node', [script], { cwd: scratch, capture: true });
  } finally {
    rmSync(script, { force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}
