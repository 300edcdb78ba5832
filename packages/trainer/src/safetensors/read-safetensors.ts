import { endianness } from 'node:os';
import { open, type FileHandle } from 'node:fs/promises';
import { TrainerError } from '../errors.ts';
import { isLfsPointer, LFS_PROBLEM } from '../files/read-text.ts';
import { decode, fileTensor, type FileTensor } from './file-tensor.ts';
import {
  invalidFile,
  MAX_HEADER_BYTES,
  parseHeader,
  type SafetensorsDtype,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-format.ts';

/** A tensor read from a file: values as float32, and the type they are stored in. */
export interface StoredTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: number[];
  readonly data: Float32Array;
}

/** Operating systems read at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/** An open file, with its path for messages. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
}

async function readBytes({ handle, path }: OpenFile, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, MAX_READ_BYTES), position + done);
    if (bytesRead === 0) throw invalidFile(path, `it ends ${String(length - done)} bytes early`);
    done += bytesRead;
  }
  return bytes;
}

async function readHeader(file: OpenFile): Promise<{ header: SafetensorsHeader; dataStart: number }> {
  const { path } = file;
  const { size } = await file.handle.stat();
  if (size < 8) throw invalidFile(path, `it has ${size} bytes, at least 8 are needed`);
  const prefix = await readBytes(file, 0, 8);
  const start = await readBytes(file, 0, Math.min(size, 64));
  if (isLfsPointer(start)) throw invalidFile(path, LFS_PROBLEM);
  const text = /^[\t\r\n -~]{8}/.exec(Buffer.from(start).toString('latin1'));
  // As a length, eight letters are over 10^17.
  if (text !== null) throw invalidFile(path, `it begins with the text ${JSON.stringify(text[0])}, so it is a file of another kind`);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) throw invalidFile(path, `its header would take ${length} bytes, at most ${MAX_HEADER_BYTES} are allowed`);
  if (8 + length > size) throw invalidFile(path, `its header would take ${length} bytes, the file has ${size}`);
  return { header: parseHeader(path, await readBytes(file, 8, length), size - 8 - length), dataStart: 8 + length };
}

async function withFile<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  if (endianness() !== 'LE') throw invalidFile(path, 'this machine is big-endian, which the format is not; use another machine');
  const handle = await open(path).catch((error: unknown) => {
    throw invalidFile(path, 'it cannot be opened', error);
  });
  try {
    return await use({ handle, path });
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    throw invalidFile(path, 'it cannot be read', error);
  } finally {
    await handle.close();
  }
}

/** Reads the header of a file: names, shapes, types and metadata, no values. Throws `invalid_safetensors`. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file) => (await readHeader(file)).header);
}

/** Opens a file: its tensors by name, each read when its values are asked for. Throws `invalid_safetensors` for a file that is not whole. */
export async function openSafetensors(path: string): Promise<Map<string, FileTensor>> {
  return withFile(path, async (file) => {
    const { header, dataStart } = await readHeader(file);
    return new Map(
      [...header.entries].map(([name, { shape, dtype, begin, end }]) => [
        name,
        fileTensor({ path, name, shape, dtype, begin: dataStart + begin, end: dataStart + end }),
      ]),
    );
  });
}

/**
 * Reads all tensors of a safetensors file, F32, BF16 or F16, as float32, one after the other.
 * Throws TrainerError `invalid_safetensors` for any file that is not exactly well-formed.
 */
export async function readSafetensors(path: string): Promise<Map<string, StoredTensor>> {
  return withFile(path, async (file) => {
    const { header, dataStart } = await readHeader(file);
    const tensors = new Map<string, StoredTensor>();
    const read = async ({ dtype, shape, begin, end }: TensorEntry): Promise<StoredTensor> => {
      return { dtype, shape, data: decode(dtype, await readBytes(file, dataStart + begin, end - begin)) };
    };
    for (const [name, entry] of header.entries) tensors.set(name, await read(entry));
    return tensors;
  });
}
