import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPlugins } from './plugins.ts';
import { createRegistry } from './registry.ts';
import { score } from './score.ts';

const VERIFIER = `{ name: 'yes', description: 'Pays yes.', parameters: { type: 'object' }, components: [], metrics: [],
  verify: ({ response }) => ({ accuracy: response === 'yes' ? 1 : 0, format: 1 }) }`;
const PLUGIN = `export default { meta: { name: 'p', version: '1.0.0' }, verifiers: [${VERIFIER}] };`;

let project = '';

function install(name: string, source: string, exports: unknown): void {
  const folder = join(project, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', exports }));
  writeFileSync(join(folder, 'index.js'), source);
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'plugins-'));
  writeFileSync(join(project, 'recipe.yaml'), '');
  install('@acme/yes', PLUGIN, './index.js');
  install('esm-only', PLUGIN, { '.': { types: './index.d.ts', import: './index.js' } });
  install('no-default', 'export const a = 1;', './index.js');
  install('no-meta', 'export default { verifiers: [] };', './index.js');
  install('no-verifiers', "export default { meta: { name: 'p', version: '1' }, verifiers: [] };", './index.js');
  install('no-list', "export default { meta: { name: 'p', version: '1' }, verifiers: {} };", './index.js');
  for (const list of ['objectives', 'advantages', 'selectors', 'benchmarks'])
    install(`only-${list}`, `export default { meta: { name: 'p', version: '1' }, ${list}: [{ name: 'x' }] };`, './index.js');
  install('empty-benchmarks', "export default { meta: { name: 'p', version: '1' }, benchmarks: [] };", './index.js');
  install('not-verifiers', "export default { meta: { name: 'p', version: '1' }, verifiers: [{ name: 'x' }] };", './index.js');
  install('throws', "throw new Error('no license');", './index.js');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('loadPlugins', () => {
  it.each(['@acme/yes', 'esm-only'])('loads %s from the project of the caller, and its verifiers score', async (name) => {
    for (const resolveFrom of [project, pathToFileURL(project), join(project, 'recipe.yaml')]) {
      const [plugin] = await loadPlugins([name], { resolveFrom });
      const registry = createRegistry(plugin?.verifiers ?? []);
      const [result] = await score([{ id: '1', data_source: 's', verifier: 'yes', response: 'yes', ground_truth: '' }], { registry });
      expect(result).toMatchObject({ status: 'scored', reward: 1 });
    }
  });

  it('loads a file by path', async () => {
    const [plugin] = await loadPlugins(['./node_modules/@acme/yes/index.js'], { resolveFrom: project });
    expect(plugin?.meta).toEqual({ name: 'p', version: '1.0.0' });
  });

  it.each(['objectives', 'advantages', 'selectors', 'benchmarks'])('loads a package that has %s alone', async (list) => {
    const [plugin] = await loadPlugins([`only-${list}`], { resolveFrom: project });
    expect(plugin).toEqual({ meta: { name: 'p', version: '1' }, verifiers: [] });
  });

  it.each([
    ['missing-one', 'could not be loaded'],
    ['no-default', 'has no default export'],
    ['no-meta', 'has no meta'],
    ['no-verifiers', 'adds nothing'],
    ['empty-benchmarks', 'adds nothing'],
    ['no-list', '"verifiers" that are no list'],
    ['not-verifiers', 'verifiers[0]'],
    ['throws', 'no license'],
  ])('refuses %s and names it', async (name, problem) => {
    const loading = loadPlugins([name], { resolveFrom: project });
    await expect(loading).rejects.toMatchObject({ code: 'invalid_plugin' });
    await expect(loading).rejects.toThrow(`Plug-in "${name}"`);
    await expect(loading).rejects.toThrow(problem);
  });
});
