/**
 * One process a run folder. A lock is a numbered file, `lock.json.7`, and the highest number counts. It names its process by id and start
 * time, so that the lock of a killed process is taken over at once, even when its id belongs to another process by now.
 *
 * Taking over means making the next number. The file system makes a hard link once or not at all, so of several processes that find the
 * same dead lock one gets it. Numbers never go back: a released lock stays, as an empty file, until the next one is taken. Nothing that
 * another process may hold is ever moved or deleted. Across machines (a shared disk) a lock is never taken over.
 */
import { link, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { OrstaError } from '../errors.ts';

/** A held lock. */
export interface RunLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

const NAME = /^lock\.json\.(\d+)$/;
const MOST_TRIES = 100;

/** Takes the lock of a run folder. Throws `run_locked` where a living process has it. */
export async function lockRun(folder: string): Promise<RunLock> {
  const me: Owner = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  const draft = join(folder, `lock.json.draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(me));
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const highest = Math.max(0, ...(await lockNumbers(folder)));
      if (highest > 0 && !(await isFree(join(folder, `lock.json.${String(highest)}`)))) continue;
      const mine = join(folder, `lock.json.${String(highest + 1)}`);
      if (!(await linkOnce(draft, mine))) continue;
      // Others may have taken, released and cleaned up this number and the next since `highest` was read: then it is not the newest.
      if (Math.max(...(await lockNumbers(folder))) > highest + 1) {
        await rm(mine, { force: true });
        continue;
      }
      await removeBelow(folder, highest + 1);
      return { release: () => release(mine) };
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new OrstaError(
    'run_locked',
    `Other processes keep taking the lock of ${folder}. Wait for them to end, or choose another run name.`,
  );
}

async function lockNumbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const number = NAME.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** Whether nobody holds this lock any more; false where the file is gone, since there is a newer one then. Throws `run_locked`. */
async function isFree(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return false;
  const owner = parseOwner(text);
  if (owner === undefined) return true;
  if (owner.host === hostname() && (await startOf(owner.pid)) !== owner.started) return true;
  throw new OrstaError(
    'run_locked',
    `Process ${String(owner.pid)} on ${owner.host} works in this run (${path}). Wait for it to end, choose another run name, or delete the lock if that machine is gone.`,
  );
}

async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeBelow(folder: string, number: number): Promise<void> {
  const old = (await lockNumbers(folder)).filter((found) => found < number);
  await Promise.all(old.map((found) => rm(join(folder, `lock.json.${String(found)}`), { force: true })));
}

/** Empties the lock, which also works on a full disk. Its folder may be gone by now. */
async function release(path: string): Promise<void> {
  await truncate(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Owner>;
    return pid === undefined || host === undefined || started === undefined ? undefined : { pid, host, started };
  } catch {
    // Released, or cut when its machine lost power.
    return undefined;
  }
}

/** What tells a process from earlier ones with its id: its start in ticks where /proc exists, otherwise only that it lives. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => undefined);
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (ticks !== undefined) return ticks;
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return codeOf(error) === 'EPERM' ? 'alive' : 'dead';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
