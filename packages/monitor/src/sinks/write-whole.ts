import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

/** Writes all bytes to an open file; one write call may take only part of them. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset, bytes.length - offset);
}

/** Appends all bytes or, where that fails (a full disk), none, so that the next record does not continue half a record. */
export function appendWhole(file: number, bytes: Uint8Array): void {
  const { size } = fstatSync(file);
  try {
    writeWhole(file, bytes);
  } catch (error) {
    ftruncateSync(file, size);
    throw error;
  }
}
