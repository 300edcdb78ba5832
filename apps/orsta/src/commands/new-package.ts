// What `orsta new verifier` and `orsta new benchmark` have in common: the name within a scope, the folder, tarballs in place of the registry. Nothing
// is installed: the person who runs the command does that.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { OrstaError } from '../errors.ts';

const NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/;
const SCOPE = /^@[a-z0-9][a-z0-9._-]*\//;

/** Options of `orsta new`. */
export interface NewPackageOptions {
  readonly out?: string;
  /** Folder of the tarballs of `npm run pack`, to install from instead of the registry. */
  readonly packages?: string;
}

/** A kind of package, as `packageNames` and its message need it. */
export interface PackageKind {
  /** Such as `verifier`. */
  readonly word: string;
  /** Before the name of what is in the package, such as `vtriune-verifier-`; it may be left out. */
  readonly prefix: string;
  /** Such as `polygon`. */
  readonly example: string;
  /** Names that are built in. */
  readonly taken: readonly string[];
}

/** The name of what is in the package, and the folder that it goes into by default. Throws `usage` for a name that cannot be. */
export function packageNames(packageName: string, { word, prefix, example, taken }: PackageKind): { own: string; folder: string } {
  const folder = packageName.replace(SCOPE, '');
  const own = folder.startsWith(prefix) ? folder.slice(prefix.length) : folder;
  if (!NAME.test(own)) {
    const message = `"${packageName}" is no name for a ${word} package. Use small letters, digits and hyphens, such as ${prefix}${example} or @you/${example}.`;
    throw new OrstaError('usage', message);
  }
  if (taken.includes(own)) {
    const message = `A ${word} "${own}" is built in, as are all of ${taken.join(', ')}. Choose another name.`;
    throw new OrstaError('usage', message);
  }
  return { own, folder };
}

/** Makes the folder of a package, which must not be there, and writes its files. */
export async function writePackage(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(folder);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
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

/** The dependencies that come from the tarballs in a folder: the name of each needed package to what npm is to install. */
export async function tarballsFrom(
  given: { packages: string; cwd: string; folder: string },
  needed: readonly string[],
): Promise<Record<string, string>> {
  const packages = resolve(given.cwd, given.packages);
  const present = await readdir(packages).catch(() => []);
  const found = needed.map((name): [string, string] => {
    const start = `${name.replace('@', '').replace('/', '-')}-`;
    const file = present.find((candidate) => candidate.startsWith(start) && candidate.endsWith('.tgz'));
    if (file === undefined)
      throw new OrstaError('usage', `${packages} has no ${start}*.tgz. Write the tarballs with \`npm run pack\` in a checkout.`);
    return [name, `file:${relative(given.folder, join(packages, file)).split(sep).join('/')}`];
  });
  return Object.fromEntries(found);
}
