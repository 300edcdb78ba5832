import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { latestCheckpoint } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { inspectRun, runFolder, type RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';

/** The run that a repeated start means. */
export interface ChosenRun {
  readonly name: string;
  /** True for an unfinished run that is to go on. */
  readonly resume: boolean;
}

/**
 * The first of NAME, NAME-2, NAME-3, ... that is unfinished or free. Passed over are finished runs, runs that another process works in, and
 * runs of another recipe.
 */
export async function chooseRun(recipe: Recipe, runsDir: string): Promise<ChosenRun> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? recipe.name : `${recipe.name}-${String(number)}`;
    const use = await usableAs({ ...recipe, name }, runFolder(resolve(runsDir, name)));
    if (use !== undefined) return { name, resume: use === 'resume' };
  }
}

async function usableAs(recipe: Recipe, folder: RunFolder): Promise<'resume' | 'new' | undefined> {
  if (await isFinished(recipe, folder)) return undefined;
  try {
    await mkdir(folder.root, { recursive: true });
    const lock = await lockRun(folder.root);
    try {
      return (await inspectRun(recipe, folder, true)).resumed ? 'resume' : 'new';
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof OrstaError && (error.code === 'run_exists' || error.code === 'run_locked')) return undefined;
    throw error;
  }
}

async function isFinished(recipe: Recipe, folder: RunFolder): Promise<boolean> {
  if (existsSync(folder.evaluation)) return true;
  if (recipe.evaluation.samplesPerTask > 0) return false;
  return (await latestCheckpoint(folder.checkpoints))?.endsWith(String(recipe.trainer.steps).padStart(8, '0')) === true;
}
