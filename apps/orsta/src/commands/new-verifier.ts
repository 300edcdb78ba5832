// `orsta new verifier`: checks the name, and writes the files of `verifier-files.ts`.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { builtins } from '@vtriune/verifiers';
import type { CommandContext } from '../context.ts';
import { packageNames, tarballsFrom, writePackage, type NewPackageOptions } from './new-package.ts';
import { verifierFiles } from './verifier-files.ts';

/** What the generated package is tested with: the verifiers and the siblings that they need. */
const NEEDED = ['@vtriune/verifiers', '@vtriune/format', '@vtriune/iou'];

/**
 * Writes a verifier package whose tests pass as it is. Throws `usage` for a name that cannot be or tarballs that are not there, `invalid_data`
 * where the folder exists.
 */
export async function newVerifierCommand(name: string, options: NewPackageOptions, context: CommandContext): Promise<void> {
  const taken = builtins.map((verifier) => verifier.name);
  const { own, folder: usual } = packageNames(name, { word: 'verifier', prefix: 'vtriune-verifier-', example: 'polygon', taken });
  const { packages, out = usual } = options;
  const folder = resolve(context.cwd, out);
  const tarballs = packages === undefined ? {} : { tarballs: await tarballsFrom({ packages, cwd: context.cwd, folder }, NEEDED) };
  const files = verifierFiles({ packageName: name, verifierName: own, verifiersVersion: versionOfVerifiers(), ...tarballs });
  await writePackage(folder, files);
  const lines = [
    `${folder}: ${Object.keys(files).join(', ')}`,
    'Test it there with `npm install && npm test`, build it with `npm run build`;',
    `then name it to \`orsta score --plugins ${name}\` or in a recipe (plugins: ['${name}']).`,
  ];
  context.output(`${lines.join('\n')}\n`);
}

function versionOfVerifiers(): string {
  const manifest = createRequire(import.meta.url)('@vtriune/verifiers/package.json') as { version: string };
  return manifest.version;
}
