// Lets the packages of TensorFlow.js find an installed addon: a link in the place where they look for their own. A file that is there already, from
// the package's own installer, is kept beside it and comes back with `unlinkAddon`.
import { existsSync } from 'node:fs';
import { lstat, mkdir, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import { ADDON_FILE, libraryFolder, NATIVE_PACKAGES, type NativeInstall, type NativeVariant } from './native-layout.ts';

const ADDON_FOLDER = 'lib/napi-v8';
const STOCK_SUFFIX = '.stock';

/** Folder of the package that loads a variant; absent where the package is not installed. */
export function tfjsPackageFolder(variant: NativeVariant): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${NATIVE_PACKAGES[variant]}/package.json`));
  } catch {
    // An optional dependency that npm left out.
    return undefined;
  }
}

/** The same, throwing `backend_install` with what to do. */
export function requireTfjsPackage(variant: NativeVariant): string {
  const folder = tfjsPackageFolder(variant);
  if (folder !== undefined) return folder;
  const name = NATIVE_PACKAGES[variant];
  throw new TrainerError(
    'backend_install',
    `The package ${name} is not installed: npm leaves it out when its own download fails. Install it without that download: \`npm install --ignore-scripts ${name}@4.22.0\`.`,
  );
}

/** What a package of TensorFlow.js would load. */
export type AddonLink =
  | { readonly kind: 'none' }
  /** A file of the package's own installer. */
  | { readonly kind: 'stock' }
  | { readonly kind: 'link'; readonly target: string; readonly broken: boolean };

/** What stands in the place of the addon. */
export async function readAddonLink(packageFolder: string): Promise<AddonLink> {
  const path = addonPath(packageFolder);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return { kind: 'none' };
  if (!found.isSymbolicLink()) return { kind: 'stock' };
  return { kind: 'link', target: await readlink(path), broken: !existsSync(path) };
}

/** Makes the package load the addon of an install, in place of what it loaded before. */
export async function linkAddon(install: NativeInstall, packageFolder: string): Promise<void> {
  const path = addonPath(packageFolder);
  const link = await readAddonLink(packageFolder);
  try {
    await mkdir(dirname(path), { recursive: true });
    if (link.kind === 'stock') await rename(path, `${path}${STOCK_SUFFIX}`);
    if (link.kind === 'link') await rm(path);
    await symlink(join(libraryFolder(install.folder), ADDON_FILE), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError(
      'backend_install',
      `${path} could not be made a link to the addon (${reason}). Check that you may write in the folder of the package.`,
      { cause: error },
    );
  }
}

/** Takes a link away, with the folders made for it, and puts back what was there before. Returns whether there was one. */
export async function unlinkAddon(packageFolder: string): Promise<boolean> {
  const path = addonPath(packageFolder);
  if ((await readAddonLink(packageFolder)).kind !== 'link') return false;
  await rm(path);
  if (existsSync(`${path}${STOCK_SUFFIX}`)) await rename(`${path}${STOCK_SUFFIX}`, path);
  for (const folder of [dirname(path), dirname(dirname(path))]) await removeEmpty(folder);
  return true;
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}

function addonPath(packageFolder: string): string {
  return join(packageFolder, ADDON_FOLDER, ADDON_FILE);
}
