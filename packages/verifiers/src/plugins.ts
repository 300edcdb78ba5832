/**
 * Third-party verifier packages by name. Only applications call this: a library that loads code by name would surprise
 * its user. Node only (module resolution from the caller's project).
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { VerifierError } from './errors.ts';
import type { Verifier } from './verifier.ts';
import { isRecord } from './is-record.ts';

/**
 * What a plug-in package default-exports: its name, and at least one list of things that it adds. Verifiers are checked here; the other lists
 * are checked by those who use them, and one package may have several.
 */
export interface VerifierPlugin {
  /** `name` is the npm name of the package. */
  readonly meta: { readonly name: string; readonly version: string };
  /** Empty where the package adds other things only. */
  readonly verifiers: readonly Verifier[];
}

/** The lists that a plug-in may export besides `verifiers`: for the trainer, and benchmarks for `orsta eval`. */
const OTHER_LISTS = ['objectives', 'advantages', 'selectors', 'tools', 'benchmarks'];

/** Where names are looked up. */
export interface LoadPluginsOptions {
  /** A file or folder of the project that has the packages installed, as path or file URL; the working directory when absent. */
  readonly resolveFrom?: string | URL;
}

/**
 * File of a plug-in package by npm name or path, without importing it.
 *
 * @throws VerifierError `invalid_plugin` when it is not installed.
 */
export function resolvePlugin(name: string, options: LoadPluginsOptions = {}): string {
  const from = basePath(options.resolveFrom ?? process.cwd());
  try {
    return resolvePackage(name, from);
  } catch (cause) {
    throw notLoaded(name, from, cause);
  }
}

/**
 * Imports plug-in packages by npm name or path, in order, and checks their shape.
 *
 * @throws VerifierError `invalid_plugin`, naming the package, when one is not installed, throws on import or has another shape.
 */
export async function loadPlugins(names: readonly string[], options: LoadPluginsOptions = {}): Promise<VerifierPlugin[]> {
  const from = basePath(options.resolveFrom ?? process.cwd());
  const plugins: VerifierPlugin[] = [];
  for (const name of names) plugins.push(checkPlugin(name, await importPlugin(name, from)));
  return plugins;
}

function basePath(resolveFrom: string | URL): string {
  const path = resolveFrom instanceof URL || resolveFrom.startsWith('file:') ? fileURLToPath(resolveFrom) : resolveFrom;
  // createRequire resolves beside a file; a file of this name need not exist, and for a path that is itself a file the
  // lookup of packages walks up from it all the same.
  return join(isAbsolute(path) ? path : join(process.cwd(), path), 'vtriune-plugins.js');
}

async function importPlugin(name: string, from: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(resolvePackage(name, from)).href);
    return isRecord(module) ? module['default'] : undefined;
  } catch (cause) {
    throw notLoaded(name, from, cause);
  }
}

function notLoaded(name: string, from: string, cause: unknown): VerifierError {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const message = `Plug-in "${name}" could not be loaded: ${String(reason)}. Install it in the project at ${join(from, '..')}, or remove it from "plugins".`;
  return new VerifierError('invalid_plugin', message, { cause });
}

// `require.resolve` does not see packages that export under the "import" condition alone, and `import.meta.resolve` takes no
// parent in Node 20; so for those the entry is read from the package's own manifest.
function resolvePackage(name: string, from: string): string {
  const require = createRequire(from);
  try {
    return require.resolve(name);
  } catch (error) {
    const folders = require.resolve.paths(name) ?? [];
    const folder = folders.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
    const entry = folder === undefined ? undefined : importEntry(join(folder, 'package.json'));
    if (folder === undefined || entry === undefined) throw error;
    return join(folder, entry);
  }
}

function importEntry(manifestPath: string): string | undefined {
  const manifest: unknown = JSON.parse(readFileSync(manifestPath, 'utf8'));
  let target: unknown = isRecord(manifest) ? manifest['exports'] : undefined;
  while (isRecord(target)) target = target['.'] ?? target['node'] ?? target['import'] ?? target['default'];
  return typeof target === 'string' ? target : undefined;
}

function checkPlugin(name: string, exported: unknown): VerifierPlugin {
  const fail = (problem: string): never => {
    const lists = OTHER_LISTS.map((list) => `"${list}"`).join(', ');
    const message = `Plug-in "${name}" ${problem}. It must default-export { meta: { name, version }, verifiers: [defineVerifier(...), ...] }; ${lists} may be beside verifiers or in their place.`;
    throw new VerifierError('invalid_plugin', message);
  };
  if (!isRecord(exported)) return fail('has no default export that is an object');
  const { meta, verifiers = [] } = exported;
  if (!isRecord(meta) || typeof meta['name'] !== 'string' || typeof meta['version'] !== 'string')
    return fail('has no meta with name and version');
  if (!Array.isArray(verifiers)) return fail('has "verifiers" that are no list');
  const others = OTHER_LISTS.map((list) => exported[list]);
  if (![verifiers, ...others].some((list) => Array.isArray(list) && list.length > 0))
    return fail('adds nothing: every list is absent or empty');
  const checked = verifiers.map((value: unknown, index) =>
    isVerifier(value) ? value : fail(`has at verifiers[${index}] something that defineVerifier did not make`),
  );
  return { meta: { name: meta['name'], version: meta['version'] }, verifiers: checked };
}

function isVerifier(value: unknown): value is Verifier {
  if (!isRecord(value)) return false;
  const { name, description, parameters, components, metrics, verify } = value;
  const named = typeof name === 'string' && name !== '' && typeof description === 'string';
  return named && isRecord(parameters) && Array.isArray(components) && Array.isArray(metrics) && typeof verify === 'function';
}
