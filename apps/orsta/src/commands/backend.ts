// `orsta backend`: the native libraries that TensorFlow.js computes with, what is installed of them, and what is wrong.
import { rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import {
  defaultNativeRoot,
  diagnoseNative,
  installNative,
  listInstalls,
  pipIndexUrl,
  TENSORFLOW_VERSION,
  uninstallNative,
  type Finding,
  type NativeVariant,
} from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import { createLive } from '../report/live.ts';

/** Options of `orsta backend install`. */
export interface BackendInstallOptions {
  readonly version?: string;
  /** Fetch NVIDIA's libraries as well. */
  readonly cuda?: boolean;
  /** Let pip download, where there is one; true where absent. */
  readonly pip?: boolean;
}

function place(): { environment: NodeJS.ProcessEnv; home: string; root: string } {
  const owner = { environment: process.env, home: homedir() };
  return { ...owner, root: defaultNativeRoot(owner) };
}

/** The variant that was named on the command line. Throws `usage` for another word. */
function variantOf(name: string): NativeVariant {
  if (name === 'cpu' || name === 'gpu') return name;
  throw new OrstaError('usage', `There is no native backend "${name}". Name cpu or gpu.`);
}

/** Installs a library and says how far it is. */
export async function backendInstall(name: string, options: BackendInstallOptions, context: CommandContext): Promise<void> {
  const variant = variantOf(name);
  const owner = place();
  const live = createLive(context);
  const install = await installNative({
    variant,
    root: owner.root,
    source: { indexUrl: await pipIndexUrl(owner), ...(options.pip === false ? {} : { python: 'python3' }) },
    ...(options.version === undefined ? {} : { version: options.version }),
    cuda: options.cuda === true,
    signal: context.signal,
    onProgress: (what, done, total) => {
      if (done === undefined || total === undefined) live.line(what);
      else live.progress(`${what}, MB`, megabytes(done), megabytes(total));
    },
  });
  live.line(`TensorFlow ${install.version} (${variant}) is in ${install.folder}`);
  await backendDoctor(context);
}

/** Takes installed libraries away again. */
export async function backendUninstall(name: string | undefined, context: CommandContext): Promise<void> {
  const { root } = place();
  const removed = await uninstallNative({ root, ...(name === undefined ? {} : { variant: variantOf(name) }) });
  for (const { folder } of removed) context.output(`removed ${folder}\n`);
  if (removed.length === 0) context.output('no native library was installed\n');
  // The folder of the program's caches, where nothing else is in it.
  await rmdir(dirname(root)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}

/** Prints the backends and what is installed of each. */
export async function backendList(context: CommandContext): Promise<void> {
  const installs = await listInstalls(place().root);
  const native = (variant: NativeVariant): string => {
    const versions = installs.filter((install) => install.variant === variant);
    if (versions.length === 0) return `not installed; orsta backend install ${variant} adds TensorFlow ${TENSORFLOW_VERSION}`;
    return versions.map(({ version, cuda, folder }) => `TensorFlow ${version}${cuda ? ' with CUDA' : ''} in ${folder}`).join(', ');
  };
  const rows: readonly (readonly [string, string])[] = [
    ['tfjs-node-gpu', native('gpu')],
    ['tfjs-node', native('cpu')],
    ['wasm', 'always there'],
    ['cpu', 'always there; plain JavaScript, for comparison only'],
  ];
  for (const [backend, state] of rows) context.output(`${backend.padEnd(15)}${state}\n`);
}

/** Prints what is there for the native backends and what to do about what is wrong. */
export async function backendDoctor(context: CommandContext): Promise<void> {
  const findings = await diagnoseNative({ root: place().root, environment: process.env });
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  for (const finding of findings) context.output(findingText(finding, width));
}

function findingText({ what, state, found, advice }: Finding, width: number): string {
  const mark = { fine: 'ok', absent: '-', wrong: '!' }[state];
  const first = `${mark.padEnd(4)}${what.padEnd(width)}${found}\n`;
  return advice === undefined ? first : `${first}${' '.repeat(4 + width)}-> ${advice}\n`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
