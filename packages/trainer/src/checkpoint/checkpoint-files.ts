import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TrainerError } from '../errors.ts';

/** Size and SHA-256 of a file, as `trainer_state.json` lists them. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** Sizes and checksums of all files in a folder. */
export async function recordFiles(folder: string): Promise<Record<string, FileRecord>> {
  const names = (await readdir(folder)).sort();
  const records = await Promise.all(names.map(async (name) => [name, await recordFile(join(folder, name))] as const));
  return Object.fromEntries(records);
}

/** Compares a checkpoint's files with their records. Throws `invalid_checkpoint` for the first that is missing, cut or changed. */
export async function verifyFiles(folder: string, records: Readonly<Record<string, FileRecord>>): Promise<void> {
  for (const [name, expected] of Object.entries(records)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) throw damaged(path, 'the file is missing');
    if (found.size !== expected.bytes) {
      throw damaged(path, `the file has ${String(found.size)} bytes, ${String(expected.bytes)} were written`);
    }
    const { sha256 } = await recordFile(path);
    if (sha256 !== expected.sha256) throw damaged(path, `its SHA-256 is ${sha256}, ${expected.sha256} was written`);
  }
}

/** The error of a checkpoint that is not what was saved. */
export function damaged(path: string, problem: string, cause?: unknown): TrainerError {
  return new TrainerError(
    'invalid_checkpoint',
    `${path} is damaged: ${problem}. Restore the file from a copy, or delete this checkpoint's folder and resume from an older one.`,
    cause === undefined ? undefined : { cause },
  );
}

async function recordFile(path: string): Promise<FileRecord> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
