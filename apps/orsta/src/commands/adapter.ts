import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { adapterText } from '../adapters/adapter-text.ts';
import { OrstaError } from '../errors.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta adapter`. */
export interface AdapterCommandOptions {
  /** Where the file goes; standard output when absent. */
  readonly out?: string;
  /** Replaces a file that is there already. */
  readonly force?: boolean;
  /** Adds what streams the run to `orsta watch`. */
  readonly withMonitor?: boolean;
}

/** Prints or writes the Python file that a trainer takes its rewards through. Throws `usage` for an unknown trainer, `invalid_data` where the file cannot be written. */
export async function adapterCommand(name: string, options: AdapterCommandOptions, context: CommandContext): Promise<void> {
  const text = await adapterText(name, { monitor: options.withMonitor === true });
  if (options.out === undefined) {
    context.output(text);
    return;
  }
  const path = resolve(context.cwd, options.out);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: options.force === true ? 'w' : 'wx' });
  } catch (cause) {
    throw notWritten(path, cause);
  }
  context.notice(`${path} is written; its first lines say how to set it up\n`);
}

function notWritten(path: string, cause: unknown): OrstaError {
  const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = exists
    ? `${path} exists already. Choose another file with --out, or replace it with --force.`
    : `${path} cannot be written (${reason}). Choose another file with --out.`;
  return new OrstaError('invalid_data', message, { cause });
}
