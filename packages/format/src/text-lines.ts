// The lines of UTF-8 files. Lines end at the newline byte only: readline would also split at U+2028, which JSON allows inside a text.
import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { FormatError } from './errors.ts';

const NEWLINE = 0x0a;
// Larger pieces make strings that V8 keeps apart from the others, and takes longer to give back.
const PIECE_BYTES = 2 ** 17;
const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly name: string; readonly remedy: string }[] = [
  { bytes: [0x1f, 0x8b], name: 'gzip', remedy: 'unpack it with gunzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', remedy: 'unpack it with unzstd' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'a zip archive', remedy: 'unpack it' },
  { bytes: [0x50, 0x41, 0x52, 0x31], name: 'Parquet', remedy: 'read it with readParquet, or give it the ending .parquet' },
  { bytes: [0xff, 0xfe], name: 'UTF-16', remedy: 'save it as UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`' },
  { bytes: [0xfe, 0xff], name: 'UTF-16', remedy: 'save it as UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`' },
];

/** Consecutive lines of a file. */
export interface LineBlock {
  /** Number of the first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/**
 * The lines of a UTF-8 file without their newlines, blank ones too, a piece of the file in memory at a time. A byte order mark at the start is
 * left out. Throws FormatError `unreadable_file`: with the line where bytes are not UTF-8, with the kind where the file is gzip or the like.
 */
export async function* readTextLines(path: string): AsyncGenerator<string> {
  for await (const { lines } of readLineBlocks(path)) yield* lines;
}

/** The lines of `readTextLines`, all of one piece of the file at once: to wait for each line takes longer than to read it. */
export async function* readLineBlocks(path: string): AsyncGenerator<LineBlock> {
  const file = await openForReading(path);
  try {
    let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let held = 0;
    let first = 1;
    for (;;) {
      if (held === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const read = await readPiece(file, buffer.subarray(held), path);
      if (read === 0) break;
      if (first === 1 && held === 0) refuseOtherKinds(buffer.subarray(0, read), path);
      const filled = held + read;
      // What was held before has no newline.
      const end = buffer.subarray(held, filled).lastIndexOf(NEWLINE) + held;
      if (end < held) {
        held = filled;
        continue;
      }
      for (const block of decodeBlock(buffer.subarray(0, end), { path, first })) {
        yield block;
        first += block.lines.length;
      }
      buffer.copyWithin(0, end + 1, filled);
      held = filled - end - 1;
    }
    if (held > 0) yield* decodeBlock(buffer.subarray(0, held), { path, first });
  } finally {
    await file.close();
  }
}

/** The lines of some bytes in one block, or one by one up to the line that is not UTF-8, which throws. */
function* decodeBlock(bytes: Buffer, { path, first }: { path: string; first: number }): Generator<LineBlock> {
  if (isUtf8(bytes)) {
    yield { first, lines: textOf(bytes, first).split('\n') };
    return;
  }
  let line = first;
  for (let start = 0, end = 0; end < bytes.length; start = end + 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part)) {
      const message = `the bytes of this line are not UTF-8; save the file as UTF-8, e.g. with \`iconv -f LATIN1 -t UTF-8\``;
      throw new FormatError('unreadable_file', message, { location: `${path}:${line}` });
    }
    yield { first: line, lines: [textOf(part, line)] };
    line += 1;
  }
}

function textOf(bytes: Buffer, line: number): string {
  const text = bytes.toString('utf8');
  return line === 1 ? text.replace(/^\uFEFF/, '') : text;
}

function refuseOtherKinds(chunk: Buffer, path: string): void {
  const kind = SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => chunk[index] === byte));
  if (kind === undefined) return;
  throw new FormatError('unreadable_file', `the file is ${kind.name}, not a text in UTF-8; ${kind.remedy}`, { location: path });
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function readPiece(file: FileHandle, into: Buffer, path: string): Promise<number> {
  try {
    return (await file.read(into, 0, into.length, null)).bytesRead;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): FormatError {
  const message = `${path} cannot be read (${(cause as Error).message}); give the path of a JSON-lines file`;
  return new FormatError('unreadable_file', message, { cause });
}
