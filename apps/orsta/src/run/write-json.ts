import writeFileAtomic from 'write-file-atomic';

/**
 * Writes a value as indented JSON. A reader, or a start after a kill, sees all of the file or nothing of it, and it is on disk when this
 * returns.
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
