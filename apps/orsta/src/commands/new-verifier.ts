// `orsta new verifier`: checks the name and the folder, and writes the files of `verifier-files.ts`. Nothing is installed: the person
// who runs it does that, from the registry or from tarballs.
import { createRequire } from 'node:module';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { builtins } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import { verifierFiles } from './verifier-files.ts';
import type { CommandContext } from '../context.ts';

const PREFIX = 'vtriune-verifier-';
const VERIFIER_NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;
const SCOPE = /^@[a-z0-9][a-z0-9._-]*\//;

/** What the generated package is tested with: `@vtriune/verifiers` and the siblings that it needs. */
const NEEDED = ['verifiers', 'format', 'iou'];

/** Options of `orsta new verifier`. */
export interface NewVerifierOptions {
  readonly out?: string;
  /** Folder of the tarballs of `npm run pack`, to install from instead of the registry. */
  readonly packages?: string;
}

/**
 * Writes a verifier package whose tests pass as it is. Throws `usage` for a name that cannot be or tarballs that are not there, `invalid_data`
 * where the folder exists.
 */
export async function newVerifierCommand(name: string, options: NewVerifierOptions, context: CommandContext): Promise<void> {
  const unscoped = name.replace(SCOPE, '');
  const verifierName = verifierNameOf(name, unscoped);
  const folder = resolve(context.cwd, options.out ?? unscoped);
  const tarballs = options.packages === undefined ? {} : { tarballs: await tarballsFrom(resolve(context.cwd, options.packages), folder) };
  await makeFolder(folder);
  const files = verifierFiles({ packageName: name, verifierName, verifiersVersion: versionOfVerifiers(), ...tarballs });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const lines = [
    `${folder}: ${Object.keys(files).join(', ')}`,
    'Test it there with `npm install && npm test`, build it with `npm run build`;',
    `then name it to \`orsta score --plugins ${name}\` or in a recipe (plugins: ['${name}']).`,
  ];
  context.output(`${lines.join('\n')}\n`);
}

function verifierNameOf(name: string, unscoped: string): string {
  const verifierName = unscoped.startsWith(PREFIX) ? unscoped.slice(PREFIX.length) : unscoped;
  if (!VERIFIER_NAME.test(verifierName)) {
    const message = `"${name}" is no name for a verifier package. Use small letters, digits and hyphens, such as ${PREFIX}polygon or @you/polygon.`;
    throw new OrstaError('usage', message);
  }
  if (builtins.some((verifier) => verifier.name === verifierName)) {
    const taken = builtins.map((verifier) => verifier.name).join(', ');
    throw new OrstaError('usage', `A verifier "${verifierName}" is built in, as are all of ${taken}. Choose another name.`);
  }
  return verifierName;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError('invalid_data', `${folder} cannot be made (${reason}). Choose another folder with --out.`, { cause });
  }
}

async function tarballsFrom(packages: string, folder: string): Promise<Record<string, string>> {
  const present = await readdir(packages).catch(() => []);
  const found = NEEDED.map((id): [string, string] => {
    const file = present.find((name) => name.startsWith(`vtriune-${id}-`) && name.endsWith('.tgz'));
    if (file === undefined)
      throw new OrstaError('usage', `${packages} has no vtriune-${id}-*.tgz. Write the tarballs with \`npm run pack\` in a checkout.`);
    return [`@vtriune/${id}`, `file:${relative(folder, join(packages, file)).split(sep).join('/')}`];
  });
  return Object.fromEntries(found);
}

function versionOfVerifiers(): string {
  const manifest = createRequire(import.meta.url)('@vtriune/verifiers/package.json') as { version: string };
  return manifest.version;
}
