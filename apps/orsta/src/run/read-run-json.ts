import { readFile } from 'node:fs/promises';
import { OrstaError } from '../errors.ts';

/** A JSON file of a run folder. Throws `invalid_run` where it is damaged; `remedy` says what to do then. */
export async function readRunJson(path: string, remedy: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError('invalid_run', `${path} cannot be read: ${reason}. ${remedy}`, { cause });
  }
}
