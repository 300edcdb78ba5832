import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { loadRecipe } from '../recipe/recipe.ts';
import { recipeDifferences, recipeToYaml } from '../recipe/write-recipe.ts';

/** Where everything of a run stands. */
export interface RunFolder {
  readonly root: string;
  readonly recipe: string;
  readonly manifest: string;
  readonly checkpoints: string;
  readonly evaluations: string;
  readonly evaluation: string;
  readonly tensorboard: string;
}

/** The places in a run's folder. */
export function runFolder(root: string): RunFolder {
  return {
    root,
    recipe: join(root, 'recipe.yaml'),
    manifest: join(root, 'manifest.json'),
    checkpoints: join(root, 'checkpoints'),
    evaluations: join(root, 'evaluations'),
    evaluation: join(root, 'evaluation.json'),
    tensorboard: join(root, 'tensorboard'),
  };
}

/** What a process may leave in a folder before its run has begun. */
const LEFTOVER = /^(checkpoints|evaluations|lock\.json.*|recipe\.yaml\.\d+)$/;

/**
 * Begins a run in its folder, or goes on with the one that is there; true where it goes on. The caller holds the folder's lock. Throws
 * `run_exists` where a new run would overwrite an old one, or where the recipe is not the one that the run began with.
 */
export async function openRun(recipe: Recipe, folder: RunFolder, resume: boolean): Promise<boolean> {
  const begun = existsSync(folder.recipe);
  if (begun && resume) {
    await refuseOtherRecipe(recipe, folder);
    return true;
  }
  const occupied = (await readdir(folder.root)).filter((name) => !LEFTOVER.test(name));
  if (occupied.length > 0)
    throw new OrstaError(
      'run_exists',
      `${folder.root} is in use: it holds ${occupied.join(', ')}. Go on with its run by --resume, choose another --run-name, or delete the folder.`,
    );
  await mkdir(folder.checkpoints, { recursive: true });
  await mkdir(folder.evaluations, { recursive: true });
  await writeFileAtomic(folder.recipe, recipeToYaml(recipe, folder.root));
  return false;
}

async function refuseOtherRecipe(recipe: Recipe, folder: RunFolder): Promise<void> {
  const begun = await loadRecipe([folder.recipe]);
  const different = recipeDifferences(begun, recipe).filter((name) => name !== 'name');
  if (different.length === 0) return;
  throw new OrstaError(
    'run_exists',
    `${folder.root} began with another recipe; different: ${different.join(', ')}. Resume with ${folder.recipe}, or start a new run with --run-name.`,
  );
}
