// A tensor that stays in its file until its values are asked for. A model folder is opened as a map of these: its weights are never all on the host.
import { closeSync, openSync, readSync } from 'node:fs';
import { TrainerError } from '../errors.ts';
import { decodeBfloat16, decodeFloat16 } from './half-float.ts';
import { invalidFile, type SafetensorsDtype } from './safetensors-format.ts';

/** Place of a tensor in a file; plain data, which other threads can read too. */
export interface TensorPlace {
  readonly path: string;
  /** Name of the tensor, for error messages. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: SafetensorsDtype;
  /** Bytes from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

/** A tensor whose `data` is read from its file at every access, as float32. */
export interface FileTensor {
  readonly shape: readonly number[];
  /** Type that holds the values exactly. */
  readonly dtype: SafetensorsDtype;
  readonly place: TensorPlace;
  /** Throws `invalid_safetensors` where the file has changed, and `invalid_checkpoint` for a value that is not finite. */
  readonly data: Float32Array;
}

/** Operating systems read at most 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/** The tensor at a place. */
export function fileTensor(place: TensorPlace): FileTensor {
  return {
    shape: place.shape,
    dtype: place.dtype,
    place,
    get data() {
      return readValues(place);
    },
  };
}

function readValues(place: TensorPlace): Float32Array {
  const bytes = readBytes(place);
  const values = decode(place.dtype, bytes);
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return values;
  throw new TrainerError(
    'invalid_checkpoint',
    `${place.path}: ${place.name} holds ${String(values[index])} at index ${String(index)}; every weight must be finite. Use an earlier checkpoint of the run that wrote it, or download the folder again.`,
  );
}

function readBytes({ path, name, begin, end }: TensorPlace): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - begin);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    for (let done = 0; done < bytes.length;) {
      const count = readSync(file, bytes, done, Math.min(bytes.length - done, MAX_READ_BYTES), begin + done);
      if (count === 0) throw invalidFile(path, `it ended within the tensor ${name}, and was whole when it was opened`);
      done += count;
    }
    return bytes;
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    throw invalidFile(path, `the tensor ${name} cannot be read`, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Stored numbers as float32. */
export function decode(dtype: SafetensorsDtype, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  const stored = new Uint16Array(bytes.buffer);
  return dtype === 'BF16' ? decodeBfloat16(stored) : decodeFloat16(stored);
}
