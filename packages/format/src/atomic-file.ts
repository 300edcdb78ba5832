import { open, rename, rm } from 'node:fs/promises';

/**
 * Lets `fill` write a temporary file beside `path`, syncs it to the disk and renames it to `path`. Where `fill` throws, the temporary file is
 * removed and `path` is as before. `fill` gets a path and not a text, for a data set need not fit into memory.
 */
export async function writeFileAtomically(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await fill(temporary);
    const file = await open(temporary, 'r+');
    await file.sync().finally(() => file.close());
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
