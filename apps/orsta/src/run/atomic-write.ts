import { open, rename } from 'node:fs/promises';

/** Writes a file so that a reader, or a start after a kill, sees all of it or nothing; it is on disk when this returns. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** A value as indented JSON with a newline at its end. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
