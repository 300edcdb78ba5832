import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { namingPath } from '../files/naming-path.ts';
import { stepOf } from './checkpoint-layout.ts';

/** The checkpoint folders of a run, the oldest first; none where the run's folder is absent. */
export async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await namingPath(folder, () =>
    readdir(folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }),
  );
  return names
    .flatMap((name) => {
      const step = stepOf(name);
      return step === undefined ? [] : [{ name, step }];
    })
    .sort((a, b) => a.step - b.step)
    .map(({ name }) => join(folder, name));
}

/** The newest checkpoint of a run's folder, damaged or not; absent where there is none. */
export async function latestCheckpoint(folder: string): Promise<string | undefined> {
  return (await listCheckpoints(folder)).at(-1);
}

/**
 * The checkpoints that are due for removal once `step` is saved and `keep` are to stay. Later steps are left alone and do not count: they
 * belong to a damaged checkpoint that was passed over, and must not push whole ones out.
 */
export async function outdatedCheckpoints(folder: string, { step, keep }: { step: number; keep: number }): Promise<string[]> {
  const upTo = (await listCheckpoints(folder)).filter((path) => {
    const own = stepOf(basename(path));
    return own !== undefined && own <= step;
  });
  return upTo.slice(0, Math.max(0, upTo.length - keep));
}
