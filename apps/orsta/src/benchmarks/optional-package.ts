import { createRequire } from 'node:module';
import { join } from 'node:path';

/** `require` where a package is installed that this one does not bring: beside it, or in the folder that the command runs in. Absent where it is not. */
export function requireOf(name: string): NodeJS.Require | undefined {
  return [import.meta.url, join(process.cwd(), 'package.json')].map(createRequire).find((require) => canResolve(require, name));
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}
