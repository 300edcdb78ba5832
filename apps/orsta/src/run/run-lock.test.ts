import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeEach, describe, expect, it } from 'vitest';
import { lockRun } from './run-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orsta-lock-'));
});
const DEAD = { pid: 2 ** 22 + 1, host: hostname(), started: '1' };
function write(owner: object | string, number = 1): void {
  writeFileSync(join(folder, `lock.json.${number}`), typeof owner === 'string' ? owner : JSON.stringify(owner));
}

describe('lockRun', () => {
  it('gives the folder to one at a time, and keeps one small file', async () => {
    for (let round = 1; round <= 3; round++) {
      const lock = await lockRun(folder);
      await expect(lockRun(folder)).rejects.toMatchObject({ code: 'run_locked' });
      await lock.release();
      expect(readdirSync(folder)).toEqual([`lock.json.${round}`]);
    }
  });

  it('takes over the lock of a dead process, of a process that only shares its number, and a torn one', async () => {
    for (const owner of [DEAD, { pid: process.pid, host: hostname(), started: 'another start' }, '{"pid"']) {
      write(owner, 41);
      const lock = await lockRun(folder);
      expect(existsSync(join(folder, 'lock.json.41'))).toBe(false);
      await lock.release();
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{}');
    }
  });

  it('never takes a lock from another machine', async () => {
    write({ pid: 1, host: 'another-machine', started: '1' });
    await expect(lockRun(folder)).rejects.toThrow(/Process 1 on another-machine/);
  });

  it('lets exactly one of many win a dead lock', async () => {
    for (let round = 0; round < 30; round++) {
      write(DEAD, 100 * (round + 1));
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder)));
      const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(held).toHaveLength(1);
      await held[0]?.release();
    }
  });

  it('has one holder at any moment while processes take, release and die', async () => {
    const module = transpile();
    const contend = (index: number): Promise<void> =>
      new Promise((ended, failed) => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', CONTENDER, module, folder, String(index)], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (data) => (said += String(data)));
        child.on('exit', (code) => (code === 0 || code === 9 ? ended() : failed(new Error(said))));
      });
    await Promise.all(Array.from({ length: 4 }, (_, index) => contend(index)));
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    // Three take it 14 times each, and one dies with it at the eleventh.
    expect(log.filter((line) => !line.startsWith('two'))).toHaveLength(3 * 14 + 11);
    expect(log.filter((line) => line.startsWith('two'))).toEqual([]);
  }, 60_000);
});

/** The lock as JavaScript, for processes that are Node alone. */
function transpile(): string {
  const scripts = mkdtempSync(join(tmpdir(), 'orsta-lock-scripts-'));
  for (const [source, script] of [
    ['./run-lock.ts', 'run/run-lock.mjs'],
    ['../errors.ts', 'errors.mjs'],
  ] as const) {
    const text = readFileSync(fileURLToPath(new URL(source, import.meta.url)), 'utf8').replaceAll(/from '(\.[^']*)\.ts'/g, "from '$1.mjs'");
    const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
    mkdirSync(dirname(join(scripts, script)), { recursive: true });
    writeFileSync(join(scripts, script), outputText);
  }
  return join(scripts, 'run/run-lock.mjs');
}

// Holds the lock again and again, each time with a file that must not be there yet; every third contender dies with the lock.
const CONTENDER = `
import { appendFileSync, existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
const [module, folder, index] = process.argv.slice(-3);
const { lockRun } = await import(module);
const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
const holder = folder + '/holder';
for (let taken = 0; taken < 14; ) {
  const lock = await lockRun(folder).catch(() => undefined);
  if (lock === undefined) { await new Promise((turn) => setTimeout(turn, Math.random() * 4)); continue; }
  taken++;
  const other = existsSync(holder) ? Number(readFileSync(holder, 'utf8')) : 0;
  appendFileSync(folder + '/log', (other !== 0 && other !== process.pid && alive(other) ? 'two ' : 'one ') + process.pid + '\\n');
  writeFileSync(holder, String(process.pid));
  await new Promise((turn) => setTimeout(turn, Math.random() * 3));
  if (Number(readFileSync(holder, 'utf8')) !== process.pid) appendFileSync(folder + '/log', 'two again\\n');
  if (index % 3 === 2 && taken > 10) process.exit(9);
  unlinkSync(holder);
  await lock.release();
}
`;
