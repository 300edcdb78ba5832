// Builds the dashboard's page into dist/page: one script, one style sheet, and what index.html needs beside. Nothing is loaded from elsewhere.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const OUT = 'dist/page';
/** What the script contains beside our own sources. */
const BUNDLED = ['preact', '@preact/signals', 'uplot'];

/** Bundles `page/` into `dist/page`. */
export async function buildPage(): Promise<void> {
  await mkdir(OUT, { recursive: true });
  await build({
    entryPoints: { page: 'page/main.tsx' },
    outdir: OUT,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    // The package says that its modules have no side effects; those of a page do.
    ignoreAnnotations: true,
    logLevel: 'warning',
  });
  const styles = [await readFile('node_modules/uplot/dist/uPlot.min.css', 'utf8'), await readFile('page/page.css', 'utf8')];
  await writeFile(`${OUT}/page.css`, styles.join('\n'));
  const licenses = await Promise.all(BUNDLED.map(async (name) => `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, 'utf8')}`));
  await writeFile(`${OUT}/LICENSES.txt`, licenses.join('\n---\n\n'));
  for (const name of ['index.html', 'icon.svg']) await copyFile(`page/${name}`, `${OUT}/${name}`);
}
