import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { RunSummary } from './wire.ts';

const RECORDS = ['metrics.jsonl', 'rollouts.jsonl', 'alarms.jsonl'];

/**
 * The runs in the given folders, newest first. A folder is a run if it holds records, else a folder of runs. Looks at names and sizes
 * only. A folder that is not there (yet) has none.
 */
export async function findRuns(folders: readonly string[]): Promise<RunSummary[]> {
  const found = (await Promise.all(folders.map((folder) => runsIn(resolve(folder))))).flat();
  const unique = [...new Map(found.map((run) => [run.folder, run])).values()];
  return withIds(unique).sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1));
}

type Found = Omit<RunSummary, 'id'>;

async function runsIn(folder: string): Promise<Found[]> {
  const own = await runOf(folder);
  if (own !== undefined) return [own];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inner = await Promise.all(entries.flatMap((entry) => (entry.isDirectory() ? [runOf(join(folder, entry.name))] : [])));
  return inner.filter((run) => run !== undefined);
}

async function runOf(folder: string): Promise<Found | undefined> {
  const files = await Promise.all(RECORDS.map((name) => stat(join(folder, name)).catch(() => undefined)));
  const present = files.filter((file) => file?.isFile() === true).filter((file) => file !== undefined);
  if (present.length === 0) return undefined;
  const modified = Math.max(...present.map(({ mtimeMs }) => mtimeMs));
  return { name: basename(folder), folder, modified, bytes: present.reduce((sum, { size }) => sum + size, 0) };
}

/** Two runs of one name in two folders get numbers, in the order of their folders. */
function withIds(runs: readonly Found[]): RunSummary[] {
  const taken = new Set<string>();
  return [...runs]
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
    .map((run) => {
      let id = run.name;
      for (let number = 2; taken.has(id); number++) id = `${run.name}~${number}`;
      taken.add(id);
      return { id, ...run };
    });
}
