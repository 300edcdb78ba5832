import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tailLines, type LineTail } from './line-tail.ts';

let folder = '';
let path = '';
let taken: string[] = [];
let offsets: number[] = [];
let tail: LineTail;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-tail-'));
  path = join(folder, 'records.jsonl');
  taken = [];
  offsets = [];
  tail = tailLines(path, {
    take: ({ bytes, offset }) => {
      taken.push(...bytes.toString('utf8').split('\n').slice(0, -1));
      offsets.push(offset);
    },
    reset: () => {
      taken = [];
    },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('tailLines', () => {
  it('takes nothing of a file that is not there yet', async () => {
    expect(await tail.refresh()).toBe(false);
    writeFileSync(path, 'a\n');
    expect(await tail.refresh()).toBe(true);
    expect(taken).toEqual(['a']);
  });

  it('leaves a half-written line until its end comes, also when that cuts a character', async () => {
    const bytes = Buffer.from('{"é":1}\n');
    writeFileSync(path, Buffer.concat([Buffer.from('one\n'), bytes.subarray(0, 3)]));
    await tail.refresh();
    expect(taken).toEqual(['one']);
    expect(tail.partialBytes()).toBe(3);
    expect(await tail.refresh()).toBe(false);
    appendFileSync(path, bytes.subarray(3));
    expect(await tail.refresh()).toBe(true);
    expect(taken).toEqual(['one', '{"é":1}']);
    expect(tail.partialBytes()).toBe(0);
    expect(offsets).toEqual([0, 4]);
  });

  it('begins anew where the file was replaced by a longer one, as a resumed run does', async () => {
    writeFileSync(path, 'a\nb\n');
    await tail.refresh();
    writeFileSync(`${path}.tmp`, 'a\nc\nd\n');
    renameSync(`${path}.tmp`, path);
    expect(await tail.refresh()).toBe(true);
    expect(taken).toEqual(['a', 'c', 'd']);
  });

  it('begins anew where the file was cut, and forgets a file that is gone', async () => {
    writeFileSync(path, 'a\nb\n');
    await tail.refresh();
    truncateSync(path, 2);
    await tail.refresh();
    expect(taken).toEqual(['a']);
    rmSync(path);
    expect(await tail.refresh()).toBe(true);
    expect(taken).toEqual([]);
  });

  it('takes lines that are longer than what it reads at once, whole', async () => {
    const long = 'x'.repeat(9 * 2 ** 20);
    writeFileSync(path, `short\n${long}\nlast\n`);
    await tail.refresh();
    expect(taken.map(({ length }) => length)).toEqual([5, long.length, 4]);
  });

  it('does not fill the memory with a file that has no newline', async () => {
    writeFileSync(path, Buffer.alloc(70 * 2 ** 20, 0x78));
    // What is new is that there is a line which has not ended.
    expect(await tail.refresh()).toBe(true);
    expect(await tail.refresh()).toBe(false);
    expect(tail.partialBytes()).toBe(70 * 2 ** 20);
  });
});
