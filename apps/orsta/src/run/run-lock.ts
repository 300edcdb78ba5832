/**
 * One process a run folder. The lock names its process, so that the lock of a killed one is taken over at once: a process id with its start
 * time means one process, even after the id was given to another. Across machines (a shared disk) a lock is never taken over.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';

/** A held lock. */
export interface RunLock {
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  host: string;
  started: string;
}

/** Takes the lock of a run folder. Throws `run_locked` where a living process has it. */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), started: await startOf(process.pid) } satisfies Owner);
  const own = `${path}.${String(process.pid)}`;
  await writeFile(own, mine);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await claim(own, path)) return { release: () => rm(path, { force: true }) };
      await clearDead(path);
    }
  } finally {
    await rm(own, { force: true });
  }
  throw new OrstaError(
    'run_locked',
    `Other processes keep taking the lock of ${folder}. Wait for them to end, or choose another --run-name.`,
  );
}

/** A hard link appears with its content or not at all. */
async function claim(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function clearDead(path: string): Promise<void> {
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === undefined) return;
  const owner = parseOwner(found);
  if (owner !== undefined && (owner.host !== hostname() || (await startOf(owner.pid)) === owner.started)) {
    throw new OrstaError(
      'run_locked',
      `Process ${String(owner.pid)} on ${owner.host} works in this run (${path}). Wait for it to end, choose another --run-name, or delete the lock if that machine is gone.`,
    );
  }
  // Moved aside first: if another process has replaced the dead lock meanwhile, it gets its own back.
  const aside = `${path}.dead.${String(process.pid)}`;
  await rename(path, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => found);
  if (taken !== found) await claim(aside, path);
  await rm(aside, { force: true });
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
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
