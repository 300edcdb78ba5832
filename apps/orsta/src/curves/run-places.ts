/**
 * Which folder the curves of a run go to. A folder belongs to the process that holds its lock. One with a recipe belongs to
 * `orsta train`, also after that has ended. So the service takes the first of `name`, `name~rewards`, `name~rewards-2`, ... that is
 * neither: training and service can share one folder of runs, and so can several services.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';
import { lockRun, type RunLock } from '../run/run-lock.ts';

/** A folder that is ours until its lock is released. */
export interface RunPlace {
  readonly folder: string;
  readonly lock: RunLock;
}

const MOST_PLACES = 100;

/** Finds and locks a folder for a run. Throws `run_locked` where a hundred services have one each. */
export async function takePlace(runsDir: string, run: string): Promise<RunPlace> {
  const name = folderName(run);
  for (let number = 0; number < MOST_PLACES; number++) {
    const folder = join(runsDir, `${name}${suffix(number)}`);
    if (existsSync(join(folder, 'recipe.yaml'))) continue;
    await mkdir(folder, { recursive: true });
    try {
      return { folder, lock: await lockRun(folder) };
    } catch (error) {
      if (!(error instanceof OrstaError && error.code === 'run_locked')) throw error;
    }
  }
  throw new OrstaError(
    'run_locked',
    `${String(MOST_PLACES)} services record run "${run}" in ${runsDir}. Give this one another --runs-dir.`,
  );
}

function suffix(number: number): string {
  if (number === 0) return '';
  return number === 1 ? '~rewards' : `~rewards-${String(number)}`;
}

// Where files of two names that differ in case are one file, upper case is not kept.
const KEPT = process.platform === 'linux' ? /^\w[\w.-]*$/ : /^[a-z0-9_][a-z0-9_.-]*$/;

/**
 * A folder name of a run's name, whatever that is. A name that cannot be kept as it is ends with `~` and a digest of it. No kept name has a `~`,
 * so two runs never share a folder.
 */
export function folderName(run: string): string {
  if (KEPT.test(run) && run.length <= 120 && !run.endsWith('.')) return run;
  const safe = run.replaceAll(/[^\w-]/g, '_').slice(0, 100);
  return `${safe}~${createHash('sha256').update(run).digest('hex').slice(0, 16)}`;
}
