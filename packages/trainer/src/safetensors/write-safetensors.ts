import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrainerError } from '../errors.ts';
import { namingPath } from '../files/naming-path.ts';
import { encodeBfloat16, encodeFloat16 } from './half-float.ts';
import { bytesPerElement, MAX_HEADER_BYTES, type SafetensorsDtype } from './safetensors-format.ts';

/** A tensor to write. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  /** Asked for once, when it is written. */
  readonly data: Float32Array;
  /** Element type in the file; that of the options where absent. */
  readonly dtype?: SafetensorsDtype;
}

/** How to write a file. */
export interface WriteSafetensorsOptions {
  /** Element type in the file; BF16 and F16 round to the nearest, ties to even. */
  readonly dtype: SafetensorsDtype;
  /** Text that goes into the header; transformers wants `{ format: 'pt' }`, which is the default. */
  readonly metadata?: Readonly<Record<string, string>>;
}

function elementsOf({ shape }: Pick<TensorToWrite, 'shape'>): number {
  return shape.reduce((product, size) => product * size, 1);
}

function checkTensor(path: string, name: string, { shape, data }: Pick<TensorToWrite, 'shape' | 'data'>): void {
  const elements = elementsOf({ shape });
  if (name !== '__metadata__' && elements === data.length && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  const problem =
    name === '__metadata__' ? 'that name is reserved' : `its shape [${shape.join(', ')}] does not hold its ${data.length} values`;
  throw new TrainerError(
    'invalid_safetensors',
    `${path} cannot be written: tensor ${name}: ${problem}; pass the tensor's own shape and name`,
  );
}

function headerBytes(path: string, tensors: ReadonlyMap<string, TensorToWrite>, options: WriteSafetensorsOptions): Uint8Array {
  let offset = 0;
  const entries = [...tensors].map(([name, tensor]): [string, object] => {
    const begin = offset;
    const dtype = tensor.dtype ?? options.dtype;
    offset += elementsOf(tensor) * bytesPerElement(dtype);
    return [name, { dtype, shape: tensor.shape, data_offsets: [begin, offset] }];
  });
  const header = Object.fromEntries([['__metadata__', options.metadata ?? { format: 'pt' }], ...entries]);
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the JSON bring the tensors to a multiple of 8 bytes, so that readers may map them in place.
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > MAX_HEADER_BYTES) {
    const message = `${path} cannot be written: its header would take ${padded} bytes, ${MAX_HEADER_BYTES} are allowed; write fewer tensors a file`;
    throw new TrainerError('invalid_safetensors', message);
  }
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  return bytes;
}

function encode(dtype: SafetensorsDtype, data: Float32Array): Uint8Array {
  const stored = dtype === 'F32' ? data : dtype === 'BF16' ? encodeBfloat16(data) : encodeFloat16(data);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function replaceFile(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(path);
}

/**
 * Writes tensors to a safetensors file, sorted by name, one tensor in memory at a time. A reader sees the old file or the new
 * one, never a part: the bytes go to a temporary file beside it, are flushed to disk and then renamed.
 * Throws TrainerError `invalid_safetensors` for a tensor whose shape and data do not fit, and `unusable_path`.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  options: WriteSafetensorsOptions,
): Promise<void> {
  const sorted = new Map([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)));
  const header = headerBytes(path, sorted, options);
  const fill = async (file: FileHandle): Promise<void> => {
    await file.writeFile(header);
    for (const [name, tensor] of sorted) {
      const { shape, data } = tensor;
      checkTensor(path, name, { shape, data });
      await file.writeFile(encode(tensor.dtype ?? options.dtype, data));
    }
  };
  await namingPath(path, () => replaceFile(path, fill));
}
