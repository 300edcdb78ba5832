import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * `require` where a package is installed that this one does not bring: beside one of these files, in the folder that the command runs in, or beside this
 * package. Absent where it is in none of them.
 */
export function requireOf(name: string, beside: readonly string[] = []): NodeJS.Require | undefined {
  return [...beside, join(process.cwd(), 'package.json'), import.meta.url].map(createRequire).find((require) => canResolve(require, name));
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}
