/**
 * The folder of a run and what may happen to it. A run has begun when `recipe.yaml` is there, which is written after model, data and engine
 * were loaded: a start that fails on a wrong path leaves no more than a released lock, and the name free.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OrstaError } from '../errors.ts';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { recipeDifferences, recipeToYaml } from '../recipe/write-recipe.ts';
import { writeWhole } from './write-json.ts';

/** The places in a run's folder. */
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

/** What was found in a run's folder. */
export interface FoundRun {
  /** Whether a run has begun there. */
  readonly resumed: boolean;
  /** Settings that differ from those that the run began with; all of them may change. */
  readonly changes: readonly string[];
}

/** What a process may leave in a folder before its run has begun. */
const LEFTOVER = /^(checkpoints|evaluations|lock\.json.*|recipe\.yaml\.\d+\.tmp)$/;

/** Settings that do not touch what was computed so far, so that a resumed run may change them. */
const CHANGEABLE = /^(name|trainer\.steps|stopOnCollapse|(alarms|checkpoint|evaluation|engine|rolloutImages)(\..*)?)$/;

/**
 * Looks at the folder of a run that is to start or, with `resume`, to go on. The caller holds the folder's lock. Throws `run_exists` where a
 * new run would overwrite an old one, or where the recipe is not the one that the run began with.
 */
export async function inspectRun(recipe: Recipe, folder: RunFolder, resume: boolean): Promise<FoundRun> {
  if (existsSync(folder.recipe)) {
    if (resume) return { resumed: true, changes: await changesOf(recipe, folder) };
    if (!(await hasResults(folder))) return { resumed: false, changes: [] };
  }
  const occupied = (await readdir(folder.root)).filter((name) => !LEFTOVER.test(name));
  if (occupied.length === 0) return { resumed: false, changes: [] };
  throw new OrstaError(
    'run_exists',
    `${folder.root} is in use: it holds ${occupied.join(', ')}. Go on with its run by --resume, choose another --run-name, or delete the folder.`,
  );
}

/** Begins a run: from here on its folder is in use. */
export async function beginRun(recipe: Recipe, folder: RunFolder): Promise<void> {
  await mkdir(folder.checkpoints, { recursive: true });
  await mkdir(folder.evaluations, { recursive: true });
  await writeWhole(folder.recipe, recipeToYaml(recipe, folder.root));
}

/** Whether a run got as far as anything that is worth keeping: a record, an evaluation or a checkpoint. */
async function hasResults(folder: RunFolder): Promise<boolean> {
  const sizes = await Promise.all(['metrics.jsonl', 'rollouts.jsonl'].map((name) => sizeOf(join(folder.root, name))));
  const entries = await Promise.all([folder.checkpoints, folder.evaluations].map((path) => readdir(path).catch(() => [])));
  return sizes.some((size) => size > 0) || entries.some((names) => names.length > 0);
}

async function sizeOf(path: string): Promise<number> {
  return existsSync(path) ? (await stat(path)).size : 0;
}

async function changesOf(recipe: Recipe, folder: RunFolder): Promise<string[]> {
  const begun = await loadRecipe([folder.recipe]);
  const different = recipeDifferences(begun, recipe);
  const refused = different.filter((name) => !CHANGEABLE.test(name));
  if (refused.length === 0) return different.filter((name) => name !== 'name');
  throw new OrstaError(
    'run_exists',
    `${folder.root} began with another recipe; different: ${refused.join(', ')}. A resumed run may change trainer.steps, stopOnCollapse, alarms, checkpoint, evaluation, engine and rolloutImages. Resume with ${folder.recipe}, or start a new run with --run-name.`,
  );
}
