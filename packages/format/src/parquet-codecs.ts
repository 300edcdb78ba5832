import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

// A column without a value (image paths of a set whose images are all bytes) has pages of length 0. pyarrow writes such a page as one byte in LZ4,
// which the decoder takes for the start of a block. What is empty when unpacked needs no decoder.
/** The decompressors of all codecs of Parquet but LZO, which also read pages without values. */
export const codecs: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([name, decompress]) => [
    name,
    (input: Uint8Array, length: number) => (length === 0 ? new Uint8Array(0) : decompress(input, length)),
  ]),
);
