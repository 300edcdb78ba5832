// The lines of UTF-8 files. Lines end at the newline byte only: readline would also split at U+2028, which JSON allows inside a text.
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { FormatError } from './errors.ts';

const NEWLINE = 0x0a;
const SIGNATURES: readonly { readonly bytes: readonly number[]; readonly name: string; readonly remedy: string }[] = [
  { bytes: [0x1f, 0x8b], name: 'gzip', remedy: 'unpack it with gunzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', remedy: 'unpack it with unzstd' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'a zip archive', remedy: 'unpack it' },
  { bytes: [0x50, 0x41, 0x52, 0x31], name: 'Parquet', remedy: 'read it with readParquet, or give it the ending .parquet' },
  { bytes: [0xff, 0xfe], name: 'UTF-16', remedy: 'save it as UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`' },
  { bytes: [0xfe, 0xff], name: 'UTF-16', remedy: 'save it as UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`' },
];

/**
 * The lines of a UTF-8 file without their newlines, blank ones too, a piece of the file in memory at a time. A byte order mark at the start is
 * left out. Throws FormatError `unreadable_file`: with the line where bytes are not UTF-8, with the kind where the file is gzip or the like.
 */
export async function* readTextLines(path: string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let line = 0;
  const take = (): string => {
    line += 1;
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    return decodeLine(bytes, { path, line });
  };
  for await (const chunk of openForReading(path)) {
    if (line === 0 && parts.length === 0) refuseOtherKinds(chunk, path);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      start = end + 1;
      yield take();
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield take();
}

function decodeLine(bytes: Buffer, { path, line }: { path: string; line: number }): string {
  if (!isUtf8(bytes)) {
    const message = `the bytes of this line are not UTF-8; save the file as UTF-8, e.g. with \`iconv -f LATIN1 -t UTF-8\``;
    throw new FormatError('unreadable_file', message, { location: `${path}:${line}` });
  }
  const text = bytes.toString('utf8');
  return line === 1 ? text.replace(/^\uFEFF/, '') : text;
}

function refuseOtherKinds(chunk: Buffer, path: string): void {
  const kind = SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => chunk[index] === byte));
  if (kind === undefined) return;
  throw new FormatError('unreadable_file', `the file is ${kind.name}, not a text in UTF-8; ${kind.remedy}`, { location: path });
}

async function* openForReading(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new FormatError('unreadable_file', `${path} cannot be read (${(cause as Error).message}); give the path of a JSON-lines file`, {
      cause,
    });
  }
}
