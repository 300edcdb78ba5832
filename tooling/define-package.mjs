import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/**
 * The one build definition of the workspace: ESM for Node >= 20.19 with type declarations.
 * Every subpath in `exports` of the package's package.json is one entry `src/<name>.ts`.
 *
 * @param {import('tsup').Options} [options] what a package needs beyond the shared definition
 */
export function definePackage(options = {}) {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values(manifest.exports ?? {})
    .map((target) => (typeof target === 'string' ? target : target.default))
    .filter((file) => /^\.\/dist\/.*\.js$/.test(file))
    .map((file) => file.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
  return defineConfig({
    entry: entries,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    clean: true,
    sourcemap: true,
    silent: true,
    external: Object.keys(manifest.optionalDependencies ?? {}),
    // Its 700 files take longer to load than all of a package's own work at the start. The declarations still refer to it.
    noExternal: ['typebox'],
    // Declarations refer to the sibling packages by name, as a user's compiler will.
    dts: {
      entry: entries,
      compilerOptions: { paths: {}, noEmit: false, allowImportingTsExtensions: false, rewriteRelativeImportExtensions: true },
    },
    ...options,
  });
}
