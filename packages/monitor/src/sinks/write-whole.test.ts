import { closeSync, mkdtempSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { appendWhole } from './write-whole.ts';

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return { ...fs, writeSync: vi.fn(fs.writeSync) };
});

const bytes = new TextEncoder().encode('second\n');

function appendedTo(path: string): void {
  const file = openSync(path, 'a');
  try {
    appendWhole(file, bytes);
  } finally {
    closeSync(file);
  }
}

describe('appendWhole', () => {
  it('goes on after a short write, and takes half a record back when the disk is full', async () => {
    const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
    const path = join(mkdtempSync(join(tmpdir(), 'monitor-append-')), 'a');
    fs.writeFileSync(path, 'first\n');
    const threeBytes = (file: number, data: NodeJS.ArrayBufferView, offset?: number | object | null) =>
      fs.writeSync(file, data, Number(offset), Math.min(3, data.byteLength - Number(offset)));
    vi.mocked(writeSync)
      .mockImplementationOnce(threeBytes as typeof writeSync)
      .mockImplementationOnce(() => {
        throw new TypeError('ENOSPC');
      });
    expect(() => appendedTo(path)).toThrow('ENOSPC');
    expect(readFileSync(path, 'utf8')).toBe('first\n');
    vi.mocked(writeSync).mockImplementationOnce(threeBytes as typeof writeSync);
    appendedTo(path);
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  });
});
