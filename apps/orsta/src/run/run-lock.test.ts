import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lockRun } from './run-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orsta-lock-'));
});
const write = (owner: object | string) =>
  writeFileSync(join(folder, 'lock.json'), typeof owner === 'string' ? owner : JSON.stringify(owner));

describe('lockRun', () => {
  it('gives the folder to one at a time and leaves nothing behind', async () => {
    const lock = await lockRun(folder);
    await expect(lockRun(folder)).rejects.toMatchObject({ code: 'run_locked' });
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await lockRun(folder)).release();
  });

  it('takes over the lock of a dead process, of a process that only shares its number, and a torn one', async () => {
    for (const owner of [
      { pid: 2 ** 22 + 1, host: hostname(), started: '1' },
      { pid: process.pid, host: hostname(), started: 'another start' },
      '{"pid"',
    ]) {
      write(owner);
      await (await lockRun(folder)).release();
    }
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
  });

  it('never takes a lock from another machine', async () => {
    write({ pid: 1, host: 'another-machine', started: '1' });
    await expect(lockRun(folder)).rejects.toThrow(/Process 1 on another-machine/);
  });

  it('lets exactly one of many win a dead lock', async () => {
    write({ pid: 2 ** 22 + 1, host: hostname(), started: '1' });
    const outcomes = await Promise.allSettled(Array.from({ length: 2 }, () => lockRun(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
