import { writeFile } from 'node:fs/promises';
import { writeFileAtomically } from '@vtriune/format';

/**
 * Writes a value as indented JSON. A reader, or a start after a kill, sees all of the file or nothing of it, and it is on disk when this
 * returns.
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes a file of which a reader sees all or nothing. Where the disk is full this fails, and the file is as before. */
export function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  return writeFileAtomically(path, (temporary) => writeFile(temporary, data));
}
