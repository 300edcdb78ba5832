// `orsta new benchmark`: checks the name, and writes the files of `benchmark-files.ts`.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { BENCHMARK_NAMES } from '../benchmarks/registry.ts';
import type { CommandContext } from '../context.ts';
import { benchmarkFiles } from './benchmark-files.ts';
import { packageNames, tarballsFrom, writePackage, type NewPackageOptions } from './new-package.ts';

/** The app and all packages that it is made of. */
const NEEDED = ['orsta', '@vtriune/format', '@vtriune/iou', '@vtriune/monitor', '@vtriune/trainer', '@vtriune/verifiers'];

/**
 * Writes a benchmark package whose tests pass as it is. Throws `usage` for a name that cannot be or tarballs that are not there, `invalid_data`
 * where the folder exists.
 */
export async function newBenchmarkCommand(name: string, options: NewPackageOptions, context: CommandContext): Promise<void> {
  const kind = { word: 'benchmark', prefix: 'orsta-benchmark-', example: 'shapes', taken: BENCHMARK_NAMES };
  const { own, folder: usual } = packageNames(name, kind);
  const { packages, out = usual } = options;
  const folder = resolve(context.cwd, out);
  const tarballs = packages === undefined ? {} : { tarballs: await tarballsFrom({ packages, cwd: context.cwd, folder }, NEEDED) };
  const files = benchmarkFiles({ packageName: name, benchmarkName: own, orstaVersion: versionOfOrsta(), ...tarballs });
  await writePackage(folder, files);
  const lines = [
    `${folder}: ${Object.keys(files).join(', ')}`,
    'Test it there with `npm install && npm test`, build it with `npm run build`;',
    `then run it with \`orsta eval bench ${own} --plugins ${name} --data FILE --model FOLDER\`.`,
  ];
  context.output(`${lines.join('\n')}\n`);
}

function versionOfOrsta(): string {
  const manifest = createRequire(import.meta.url)('orsta/package.json') as { version: string };
  return manifest.version;
}
