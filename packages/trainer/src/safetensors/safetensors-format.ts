// The layout of a safetensors file: 8 bytes with the length of a JSON header, the header, then the tensors' bytes.
// https://huggingface.co/docs/safetensors. This module checks headers and converts between stored numbers and float32.
// Left out: reading F64 and 8-bit floats, which no checkpoint of this model family uses.

import { showValue } from '@vtriune/format/show-value';
import { TrainerError } from '../errors.ts';

/** Element types this package reads and writes. */
export type SafetensorsDtype = 'F32' | 'BF16' | 'F16';

/** Place of one tensor in the file: `begin` and `end` count bytes from the end of the header. */
export interface TensorEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

/** A checked header. */
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit on the header, 100 MB. */
export const MAX_HEADER_BYTES = 100_000_000;

const BYTES_PER_ELEMENT: Readonly<Record<SafetensorsDtype, number>> = { F32: 4, BF16: 2, F16: 2 };

/** Bytes one element takes in a file. */
export function bytesPerElement(dtype: SafetensorsDtype): number {
  return BYTES_PER_ELEMENT[dtype];
}

/** The error of everything that is wrong with a file: what it is, and what to do about it. */
export function invalidFile(path: string, problem: string, cause?: unknown): TrainerError {
  const message = `${path} is no readable safetensors file: ${problem}; download or write the file again`;
  return new TrainerError('invalid_safetensors', message, cause === undefined ? undefined : { cause });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, value);
}

function parseEntry(path: string, name: string, value: unknown): TensorEntry {
  if (!isRecord(value)) throw invalidFile(path, `tensor ${JSON.stringify(name)} is described by ${showValue(value)}, not by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    throw invalidFile(path, `tensor ${name} has the dtype ${JSON.stringify(dtype)}, F32, BF16 and F16 are supported; convert it`);
  }
  if (!isCounts(shape)) throw invalidFile(path, `tensor ${name} has the shape ${JSON.stringify(shape)}, an array of sizes is needed`);
  const [begin, end] = isCounts(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || !isCounts(offsets) || offsets.length !== 2) {
    throw invalidFile(path, `tensor ${name} has data_offsets ${JSON.stringify(offsets)}, two byte offsets are needed`);
  }
  const bytes = shape.reduce((product, size) => product * size, bytesPerElement(dtype));
  if (end - begin !== bytes) {
    throw invalidFile(path, `tensor ${name} of ${dtype} [${shape.join(', ')}] takes ${bytes} bytes, its data_offsets span ${end - begin}`);
  }
  return { dtype, shape, begin, end };
}

/** The tensors must fill the data without gaps, overlaps or anything after them, as the reference implementation demands. */
function checkCoverage(path: string, entries: ReadonlyMap<string, TensorEntry>, dataBytes: number): void {
  const sorted = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, entry] of sorted) {
    if (entry.begin !== covered)
      throw invalidFile(path, `tensor ${name} begins at byte ${entry.begin} of the data where ${covered} is due`);
    covered = entry.end;
  }
  if (covered !== dataBytes) throw invalidFile(path, `its tensors take ${covered} bytes, the file has ${dataBytes}`);
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (isRecord(value) && Object.values(value).every((item) => typeof item === 'string')) return value as Record<string, string>;
  throw invalidFile(path, `__metadata__ is ${showValue(value)}, an object of strings is needed`);
}

/** Parses and checks a header; `dataBytes` is what the file holds after it. Throws `invalid_safetensors`. */
export function parseHeader(path: string, bytes: Uint8Array, dataBytes: number): SafetensorsHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalidFile(path, 'its header is no JSON', error);
  }
  if (!isRecord(value)) throw invalidFile(path, 'its header is no JSON object');
  const { __metadata__: metadata, ...tensors } = value;
  const entries = new Map(Object.entries(tensors).map(([name, entry]) => [name, parseEntry(path, name, entry)]));
  const header = { entries, metadata: parseMetadata(path, metadata) };
  checkCoverage(path, entries, dataBytes);
  return header;
}
