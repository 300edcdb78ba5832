// Where native libraries are kept: one folder for each variant and version, in the layout of the wheel, so that the library finds CUDA beside it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../../errors.ts';

/** A build of TensorFlow: for the processor alone, or with CUDA. */
export type NativeVariant = 'cpu' | 'gpu';

/** The variants and the package of TensorFlow.js that loads each. */
export const NATIVE_PACKAGES: Readonly<Record<NativeVariant, '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'>> = {
  cpu: '@tensorflow/tfjs-node',
  gpu: '@tensorflow/tfjs-node-gpu',
};

/** The wheel of the Python package index that holds each variant. */
export const WHEEL_PROJECTS: Readonly<Record<NativeVariant, string>> = { cpu: 'tensorflow-cpu', gpu: 'tensorflow' };

/** The version of TensorFlow that this package is tested with. */
export const TENSORFLOW_VERSION = '2.21.0';

/** The addon, beside the libraries it loads. */
export const ADDON_FILE = 'tfjs_binding.node';

/** The two libraries of a wheel that export TensorFlow's C interface. */
export const LIBRARY_FILES: readonly string[] = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const RECORD_FILE = 'install.json';

const InstallRecord = Type.Object({
  variant: Type.Enum(['cpu', 'gpu']),
  version: Type.String(),
  wheel: Type.Object({ filename: Type.String(), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
  /** Where the addon came from: compiled here, or the name of the package that holds it. */
  addon: Type.String(),
  /** Whether NVIDIA's libraries are beside it. */
  cuda: Type.Boolean(),
});

/** What is written beside an installed library. */
export type InstallRecord = Static<typeof InstallRecord>;

const isRecord = new Ajv().compile<InstallRecord>(InstallRecord);

/** An installed library and its folder. */
export interface NativeInstall extends InstallRecord {
  readonly folder: string;
}

/** Folder of one variant and version below the root of all. */
export function installFolder(root: string, { variant, version }: Pick<InstallRecord, 'variant' | 'version'>): string {
  return join(root, `${variant}-${version}`);
}

/** Folder of the libraries and the addon in an installed folder. */
export function libraryFolder(folder: string): string {
  return join(folder, 'tensorflow');
}

/** Text of the record file, and its path. */
export function recordFile(folder: string, record: InstallRecord): { path: string; text: string } {
  return { path: join(folder, RECORD_FILE), text: `${JSON.stringify(record, undefined, 2)}\n` };
}

/** All installed libraries below a root, in order of their names; none where there is no such folder. */
export async function listInstalls(root: string): Promise<NativeInstall[]> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new TrainerError('backend_install', `${root} cannot be read (${error.message}). Check its permissions.`, { cause: error });
  });
  const found = await Promise.all(names.sort().map((name) => readInstall(join(root, name))));
  return found.filter((install) => install !== undefined);
}

/** One installed library; absent where the folder is none, or is not complete. */
export async function readInstall(folder: string): Promise<NativeInstall | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, RECORD_FILE), 'utf8'));
  } catch {
    // No record, or half of one: the installation was not finished, and the next one replaces it.
    return undefined;
  }
  return isRecord(value) ? { ...value, folder } : undefined;
}

/** Where native libraries are kept unless another folder is named: below the user's cache folder. */
export function defaultNativeRoot({
  environment,
  home,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  home: string;
}): string {
  const cache = environment['XDG_CACHE_HOME'];
  return join(cache === undefined || cache === '' ? join(home, '.cache') : cache, 'vtriune', 'tensorflow');
}
