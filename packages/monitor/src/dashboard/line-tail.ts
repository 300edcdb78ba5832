// Reads a growing file of lines piece by piece, from where it stopped the last time. The rest after the last newline is left for
// later: its writer is still at it, or was killed. A file that was replaced or cut is read again from its beginning.
import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Complete lines, each with its newline, and where in the file they begin. */
export interface Lines {
  readonly bytes: Buffer;
  readonly offset: number;
}

/** Callbacks for the lines of a file. */
export interface LineReader {
  /** Lines that follow those of the call before. */
  take(lines: Lines): void;
  /** The file begins anew: what was taken so far no longer holds. */
  reset(): void;
}

/** A file that is followed. */
export interface LineTail {
  /** Reads what has come since the last time; true where anything has. */
  refresh(): Promise<boolean>;
  /** Bytes after the last newline: a line that is not whole. */
  partialBytes(): number;
}

const CHUNK = 4 * 2 ** 20;
// A line over this is no record of ours; without a bound a file without newlines would fill the memory.
const LONGEST_LINE = 64 * 2 ** 20;

interface Position {
  offset: number;
  inode: number;
  partial: number;
}

/** Follows a file, which may be absent as yet. */
export function tailLines(path: string, reader: LineReader): LineTail {
  const position: Position = { offset: 0, inode: 0, partial: 0 };
  return {
    partialBytes: () => position.partial,
    refresh: async () => {
      const file = await openIfThere(path);
      if (file === undefined) return rewind(position, reader);
      try {
        const { size, ino } = await file.stat();
        const anew = (ino !== position.inode || size < position.offset) && rewind(position, reader);
        position.inode = ino;
        return (await readLines(file, { size, position, reader })) || anew;
      } finally {
        await file.close();
      }
    },
  };
}

function rewind(position: Position, reader: LineReader): boolean {
  const had = position.offset > 0 || position.partial > 0;
  Object.assign(position, { offset: 0, inode: 0, partial: 0 });
  if (had) reader.reset();
  return had;
}

async function readLines(file: FileHandle, source: { size: number; position: Position; reader: LineReader }): Promise<boolean> {
  const { size, position, reader } = source;
  const began = position.offset;
  const hadPart = position.partial > 0;
  let length = Math.min(CHUNK, Math.max(1, size - position.offset));
  position.partial = size - position.offset;
  while (position.offset < size) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position.offset);
    if (bytesRead === 0) break;
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    if (end > 0) {
      reader.take({ bytes: buffer.subarray(0, end), offset: position.offset });
      position.offset += end;
    } else if (position.offset + bytesRead >= size || length >= LONGEST_LINE) break;
    position.partial = size - position.offset;
    length = Math.min(end > 0 ? CHUNK : 2 * length, LONGEST_LINE);
    await setImmediate();
  }
  // A line that was begun or ended is news too.
  return position.offset > began || position.partial > 0 !== hadPart;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
