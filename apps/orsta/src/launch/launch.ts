/** `orsta launch`: data, code and job file into the folder of the run, a job on Ray, and its news into the run's records. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adapterText } from '../adapters/adapter-text.ts';
import { OrstaError } from '../errors.ts';
import type { FileSettings, Recipe } from '../recipe/recipe.ts';
import { recipeToYaml } from '../recipe/write-recipe.ts';
import { loadRegistry } from '../reward/reward.ts';
import { writeJson } from '../run/write-json.ts';
import type { EngineName } from './engine-settings.ts';
import { jobEnvironment, launchJob, type LaunchJob } from './job.ts';
import type { RayJobs } from './ray-jobs.ts';
import { writeData } from './write-data.ts';

/** What is kept of a launched run: `launch.json`. */
export interface LaunchState {
  readonly submissionId: string;
  readonly ray: string;
  readonly engine: EngineName;
  readonly folder: string;
  /** Characters of the job's log that are in the records. */
  readonly logRead: number;
}

/** A run to launch. */
export interface LaunchOptions {
  readonly recipe: Recipe;
  readonly engine: EngineName;
  readonly ray: string;
  /** Folder of the run on this machine. */
  readonly root: string;
  readonly cwd: string;
}

const STATE = 'launch.json';

/** Writes everything that the job needs into its folder. Throws `invalid_recipe` where the engine cannot do a setting. */
export async function prepareLaunch({
  recipe,
  engine,
  root,
  cwd,
}: LaunchOptions): Promise<{ job: LaunchJob; rows: { train: number; test: number } }> {
  const job = launchJob(recipe, engine, recipe.launch?.folder ?? root);
  const code = join(job.folder, 'code');
  await mkdir(code, { recursive: true });
  const files = engine === 'trl' ? ['trl_driver.py', 'trl_worker.py'] : ['verl_driver.py', 'vtriune_verl_freeze.py'];
  for (const name of ['cluster.py', 'parts.py', ...files]) await copyFile(join(codeFolder(), name), join(code, name));
  await writeFile(join(code, `vtriune_${engine}.py`), await adapterText(engine));
  const registry = await loadRegistry(recipe.plugins, cwd);
  const rows = await writeData(job, recipe as Recipe & { data: FileSettings }, registry);
  await writeFile(join(job.folder, 'job.json'), `${JSON.stringify(job, undefined, 2)}\n`);
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'recipe.yaml'), recipeToYaml(recipe, root));
  return { job, rows };
}

/** Submits the job. `attempt` tells the submissions of one run apart. */
export async function submitLaunch(job: LaunchJob, jobs: RayJobs, { ray, root, python, attempt }: SubmitOptions): Promise<LaunchState> {
  const submissionId = `${job.run}-${String(attempt)}`;
  const code = join(job.folder, 'code');
  const driver = join(code, `${job.engine}_driver.py`);
  await jobs.submit({
    submissionId,
    entrypoint: [python, driver, join(job.folder, 'job.json')].map(shellWord).join(' '),
    environment: jobEnvironment(job, code),
    metadata: { run: job.run, engine: job.engine },
  });
  const state: LaunchState = { submissionId, ray, engine: job.engine, folder: job.folder, logRead: 0 };
  await writeLaunchState(root, state);
  return state;
}

/** Where and how a job is submitted. */
export interface SubmitOptions {
  readonly ray: string;
  readonly root: string;
  readonly python: string;
  readonly attempt: number;
}

/** Whether a run was launched, by the folder on this machine. */
export function isLaunched(root: string): boolean {
  return existsSync(join(root, STATE));
}

/** What is kept of a launched run. Throws `invalid_run` where the folder has none. */
export async function readLaunchState(root: string): Promise<LaunchState> {
  const path = join(root, STATE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OrstaError(
      'invalid_run',
      `${root} is no launched run: there is no ${STATE}. Launch one with orsta launch RECIPE --engine trl.`,
      { cause },
    );
  });
  try {
    return JSON.parse(text) as LaunchState;
  } catch (cause) {
    throw new OrstaError('invalid_run', `${path} is damaged. Look for the job at Ray's dashboard.`, { cause });
  }
}

/** Keeps what is known of a launched run. */
export function writeLaunchState(root: string, state: LaunchState): Promise<void> {
  return writeJson(join(root, STATE), state);
}

/** A word of a shell command, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The drivers: beside `dist` where the app is built, two folders up from the source. */
function codeFolder(): string {
  const places = ['../launch/', '../../launch/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const folder = places.find((place) => existsSync(join(place, 'cluster.py')));
  if (folder === undefined)
    throw new OrstaError('invalid_data', `The drivers are missing from ${places.join(' and ')}. Install the app again.`);
  return folder;
}
