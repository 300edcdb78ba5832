import { open } from 'node:fs/promises';
import type { AsyncBuffer } from 'hyparquet';

/** A file as hyparquet reads it. */
export interface ParquetFile extends AsyncBuffer {
  close(): Promise<void>;
}

/** Opens a file so that each slice is one read. hyparquet's own `asyncBufferFromFile` opens the file for each and puts it together from pieces. */
export async function openParquetFile(path: string): Promise<ParquetFile> {
  const file = await open(path);
  const { size } = await file.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      // Not a new Uint8Array: nobody needs zeros where the file is read to.
      const bytes = Buffer.allocUnsafeSlow(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      // What was asked for after the end of a file that was cut off is missing, as hyparquet expects.
      return bytesRead === bytes.length ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
    },
    close: () => file.close(),
  };
}
