import { relative, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { OrstaError } from '../errors.ts';

/**
 * The files that a path or a pattern such as `shards/train-*.parquet` names, in the order of their names. A path without wildcards is returned as
 * it is, there or not. Throws `invalid_data` for a pattern that fits no file.
 */
export async function expandFiles(pattern: string, folder: string): Promise<string[]> {
  if (!isDynamicPattern(pattern)) return [resolve(folder, pattern)];
  // Patterns are written with slashes on every system, also where they start at the root.
  const inFolder = relative(folder, resolve(folder, pattern)).split(sep).join('/');
  const found = await glob(inFolder, { cwd: folder, absolute: true });
  if (found.length === 0) throw new OrstaError('invalid_data', `${pattern} fits no file in ${folder}. Correct the pattern or the folder.`);
  return found.sort().map((path) => resolve(path));
}
