import { readFile } from 'node:fs/promises';
import { TrainerError, type TrainerErrorCode } from '../errors.ts';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Whether a file's beginning is that of a Git LFS pointer: a few lines of text in the place of the file itself. */
export function isLfsPointer(start: Uint8Array): boolean {
  return start.length >= LFS_POINTER.length && Buffer.from(start.subarray(0, LFS_POINTER.length)).toString('latin1') === LFS_POINTER;
}

/** What is wrong with a file that is a Git LFS pointer, and what to do. */
export const LFS_PROBLEM = 'it is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder, or download the file again';

/**
 * Reads a text file of a model folder; absent where there is none. A byte order mark at its start is dropped. Throws `code` for bytes that are
 * not UTF-8, for a Git LFS pointer, and for what cannot be read.
 */
export async function readTextIfPresent(path: string, code: TrainerErrorCode): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    if (isLfsPointer(bytes)) throw new TrainerError(code, `${path} cannot be read: ${LFS_PROBLEM}.`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError(code, `${path} cannot be read (${reason}). Correct the file, or take it from the model's own folder.`, {
      cause: error,
    });
  }
}

/** Reads a JSON file of a model folder; absent where there is none. Throws `code`. */
export async function readJsonIfPresent(path: string, code: TrainerErrorCode): Promise<unknown> {
  const text = await readTextIfPresent(path, code);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError(code, `${path} is not whole JSON (${reason}). Take the file from the model's own folder again.`, {
      cause: error,
    });
  }
}
