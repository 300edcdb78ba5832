import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { TrainerError } from '../../errors.ts';

/** Called as bytes are written; `total` counts the files that are wanted. */
export interface UnpackOptions {
  readonly wheel: string;
  readonly folder: string;
  /** Which files are wanted, by their path in the wheel. */
  readonly wanted: (path: string) => boolean;
  readonly onBytes?: (done: number, total: number) => void;
}

/**
 * Unpacks the wanted files of a wheel (a zip file) below a folder and returns their paths in the wheel. Throws `backend_install` where the wheel
 * is damaged.
 */
export async function unpackWheel({ wheel, folder, wanted, onBytes }: UnpackOptions): Promise<string[]> {
  return withWheel(wheel, async (zip, entries) => {
    const chosen = entries.filter(({ fileName }) => !fileName.endsWith('/') && wanted(fileName));
    const total = chosen.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    let done = 0;
    for (const entry of chosen) {
      const path = join(folder, entry.fileName);
      await mkdir(dirname(path), { recursive: true });
      const stream = await zip.openReadStreamPromise(entry);
      stream.on('data', (chunk: Buffer) => {
        done += chunk.length;
        onBytes?.(done, total);
      });
      await pipeline(stream, createWriteStream(path));
    }
    return chosen.map(({ fileName }) => fileName);
  });
}

/** Text of the first file of a wheel whose path ends in `suffix`; absent where there is none. */
export async function readFromWheel(wheel: string, suffix: string): Promise<string | undefined> {
  return withWheel(wheel, async (zip, entries) => {
    const entry = entries.find(({ fileName }) => fileName.endsWith(suffix));
    return entry === undefined ? undefined : text(await zip.openReadStreamPromise(entry));
  });
}

async function withWheel<T>(wheel: string, use: (zip: ZipFile, entries: readonly Entry[]) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(wheel, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    return await use(zip, entries);
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError(
      'backend_install',
      `${wheel} cannot be unpacked: ${reason}. Remove the file and install again; if the disk is full, make room first.`,
      {
        cause: error,
      },
    );
  } finally {
    zip?.close();
  }
}
