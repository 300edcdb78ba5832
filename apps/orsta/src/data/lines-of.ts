import { createReadStream } from 'node:fs';

/** The lines of a UTF-8 file without their newlines, blank ones too, a piece of the file in memory at a time. Throws what the file system throws. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  // readline would also split at U+2028 in some versions of Node, and JSON allows that inside a text.
  let parts: string[] = [];
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const [head = '', ...rest] = chunk.split('\n');
    parts.push(head);
    for (const next of rest) {
      yield parts.join('');
      parts = [next];
    }
  }
  const last = parts.join('');
  if (last !== '') yield last;
}
