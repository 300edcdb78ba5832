import { resolve } from 'node:path';
import type { CommandContext } from '../context.ts';

/** `--adapter` as the engine's settings want it. */
export function adapterOf({ adapter }: { readonly adapter?: string }, { cwd }: CommandContext): { readonly adapter?: string } {
  return adapter === undefined ? {} : { adapter: resolve(cwd, adapter) };
}
