// The Node-API addon between TensorFlow.js and TensorFlow's library: compiled from the sources in @tensorflow/tfjs-node with one change, or taken
// from a package that holds it compiled.
//
// The change: the stock addon keeps names of attributes in one set of the process, which threads write without a lock, and several ranks crash it.
// Here each thread has its own set.
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import { ADDON_FILE, LIBRARY_FILES, libraryFolder } from './native-layout.ts';

const SHARED_SET = 'static std::set<std::string> ATTR_NAME_SET;';
const OWN_SET = 'static thread_local std::set<std::string> ATTR_NAME_SET;';

/** The package that may hold the addon compiled for this kind of machine. */
export const ADDON_PACKAGE = '@vtriune/tfjs-addon-linux-x64';

/** What an addon is made of. */
export interface BuildAddonOptions {
  /** Folder of `@tensorflow/tfjs-node`. */
  readonly tfjsFolder: string;
  /** Folder of an unpacked wheel, with libraries and headers. */
  readonly folder: string;
  /** C++ compiler; `g++` where absent. */
  readonly compiler?: string;
}

/**
 * Puts the addon beside the libraries: the one of `@vtriune/tfjs-addon-linux-x64` where that package is installed, else compiled here, which takes
 * some seconds. Returns where it came from. Throws `backend_install` where there is neither the package nor a compiler.
 */
export async function placeAddon(options: BuildAddonOptions): Promise<string> {
  const target = join(libraryFolder(options.folder), ADDON_FILE);
  const packaged = resolveAddonPackage();
  if (packaged !== undefined) {
    await copyFile(packaged, target);
    return ADDON_PACKAGE;
  }
  await buildAddon(options, target);
  return 'compiled';
}

/** Path of the addon in its package; absent where the package is not installed. */
export function resolveAddonPackage(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${ADDON_PACKAGE}/${ADDON_FILE}`);
  } catch {
    // Not installed, which is the usual case.
    return undefined;
  }
}

/** Compiles the addon to `target`. Throws `backend_install` with what the compiler says. */
export async function buildAddon({ tfjsFolder, folder, compiler = 'g++' }: BuildAddonOptions, target: string): Promise<void> {
  const sources = join(folder, 'addon-sources');
  await mkdir(sources, { recursive: true });
  try {
    await cp(join(tfjsFolder, 'binding'), join(sources, 'binding'), { recursive: true });
    await separateThreads(join(sources, 'binding', 'tfjs_backend.cc'));
    await compile(compiler, [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-s', '-w', '-static-libstdc++', '-static-libgcc'],
      ...['-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
      ...['-I', nodeHeaders(), '-I', sources, '-I', join(libraryFolder(folder), 'include')],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(sources, 'binding', file)),
      `-L${libraryFolder(folder)}`,
      ...LIBRARY_FILES.map((file) => `-l:${file}`),
      // The libraries are found in the addon's own folder.
      ...['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN', '-o', target],
    ]);
  } finally {
    await rm(sources, { recursive: true, force: true });
  }
}

function nodeHeaders(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');
}

async function separateThreads(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (!text.includes(SHARED_SET)) {
    throw new TrainerError(
      'backend_install',
      `${path} does not have the line "${SHARED_SET}", which is changed for worker threads: it is not the source of @tensorflow/tfjs-node 4.22.0. Install that version.`,
    );
  }
  await writeFile(path, text.replace(SHARED_SET, OWN_SET));
}

function compile(compiler: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(compiler, parameters, (error, _output, said) => {
      if (error === null) {
        resolve();
        return;
      }
      const problem =
        error.code === 'ENOENT'
          ? `there is no compiler ${compiler}. Install one (on Debian and Ubuntu \`apt install g++\`), or add the compiled addon: \`npm install ${ADDON_PACKAGE}\``
          : `${compiler} says: ${said.split('\n').slice(0, 4).join(' ').trim()}`;
      reject(new TrainerError('backend_install', `The addon could not be compiled: ${problem}.`, { cause: error }));
    });
  });
}
