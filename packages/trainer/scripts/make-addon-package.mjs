// Makes the package @vtriune/tfjs-addon-linux-x64: the Node-API addon compiled, for machines without a compiler.
//
//   node packages/trainer/scripts/make-addon-package.mjs OUT     after the build and `orsta backend install cpu`
//
// The addon runs where the C library is at least as new as on the machine that compiles it: use an old one.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { defaultNativeRoot, listInstalls } from '../dist/index.js';

const ADDON = 'tfjs_binding.node';
const require = createRequire(import.meta.url);
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error('Name the folder of the package: node make-addon-package.mjs OUT');
const installs = await listInstalls(defaultNativeRoot({ environment: process.env, home: homedir() }));
const compiled = installs.find(({ addon }) => addon === 'compiled');
if (compiled === undefined) throw new Error('No addon was compiled on this machine. Run `orsta backend install cpu` first.');

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const tfjs = JSON.parse(await readFile(require.resolve('@tensorflow/tfjs-node/package.json'), 'utf8'));
const folder = resolve(out);
const glibc = process.report.getReport().header.glibcVersionRuntime;
await mkdir(folder, { recursive: true });
await cp(join(compiled.folder, 'tensorflow', ADDON), join(folder, ADDON));
await writeFile(
  join(folder, 'package.json'),
  `${JSON.stringify({ name: '@vtriune/tfjs-addon-linux-x64', version, license: 'Apache-2.0', os: ['linux'], cpu: ['x64'], files: [ADDON, 'NOTICE', 'LICENSE'], exports: { [`./${ADDON}`]: `./${ADDON}`, './package.json': './package.json' } }, undefined, 2)}\n`,
);
await writeFile(
  join(folder, 'NOTICE'),
  [
    `The addon of @tensorflow/tfjs-node ${tfjs.version} (Apache-2.0, The TensorFlow Authors), compiled from the sources in that package.`,
    'Changed: the set of attribute names in binding/tfjs_backend.cc is thread_local, so that worker threads do not share it.',
    `Compiled on glibc ${glibc} against TensorFlow ${compiled.version}; it runs with TensorFlow 2.12 to 2.21.`,
    '',
  ].join('\n'),
);
// TypeScript has the same license, and its text at hand.
await cp(join(dirname(require.resolve('typescript/package.json')), 'LICENSE.txt'), join(folder, 'LICENSE'));
process.stdout.write(`${folder}\n`);
