/**
 * Checkpoints of a run. A run that diverges must not lose its last good one: weights that are not finite are not saved, and a new checkpoint
 * replaces older ones only after a further step with its weights went well.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { saveCheckpoint, type EngineSnapshot, type TrainState } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { RunFolder } from './run-folder.ts';
import type { Run } from './run.ts';

const STEP_FOLDER = /^step-(\d{8})$/;

/** Whether a step has a checkpoint. */
export function isSaved(folder: RunFolder, step: number): boolean {
  return existsSync(join(folder.checkpoints, nameOf(step)));
}

/** Saves a step with everything that a resumed run needs. Throws `diverged` where a weight is not finite. */
export async function checkpointStep(
  { folder, engine, recipe }: Pick<Run, 'folder' | 'engine' | 'recipe'>,
  state: TrainState,
): Promise<void> {
  const snapshot = await engine.snapshot();
  refuseDivergence(snapshot, state.step);
  await saveCheckpoint({
    folder: folder.checkpoints,
    step: state.step,
    snapshot,
    state: { ...state, recipe },
    modelFolder: recipe.model.path,
  });
}

/** Which checkpoints stay. */
export interface Rotation {
  /** The step that the run is at. Later ones are damaged ones that it passed over: they do not count, and push none out. */
  readonly step: number;
  /** How many of the newest stay. */
  readonly keep: number;
  /** The newest one up to this step stays too: it may be the last that is of use. */
  readonly good: number;
}

/** Deletes the checkpoints that are due. */
export async function rotate(folder: RunFolder, { step, keep, good }: Rotation): Promise<void> {
  const steps = (await savedSteps(folder)).filter((saved) => saved <= step);
  const kept = new Set([...steps.slice(-keep), steps.findLast((saved) => saved <= good)]);
  const outdated = steps.filter((saved) => !kept.has(saved));
  await Promise.all(outdated.map((saved) => rm(join(folder.checkpoints, nameOf(saved)), { recursive: true, force: true })));
}

/** Steps that have a checkpoint, in ascending order. */
async function savedSteps(folder: RunFolder): Promise<number[]> {
  const names = await readdir(folder.checkpoints);
  return names.flatMap((name) => (STEP_FOLDER.test(name) ? [stepOf(name)] : [])).sort((a, b) => a - b);
}

/** Whether an error says that the weights are of no use: then neither they nor a checkpoint of them is worth going on from. */
export function isDivergence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'not_finite' || error.code === 'diverged');
}

/** Renames the checkpoints of a step and of later ones, so that a resumed run starts from the one before. Returns their new paths. */
export async function setAside(folder: RunFolder, from: number): Promise<string[]> {
  const steps = (await savedSteps(folder)).filter((step) => step >= from);
  return Promise.all(
    steps.map(async (step) => {
      const path = join(folder.checkpoints, `diverged-${nameOf(step)}`);
      await rm(path, { recursive: true, force: true });
      await rename(join(folder.checkpoints, nameOf(step)), path);
      return path;
    }),
  );
}

function stepOf(name: string): number {
  return Number(name.slice('step-'.length));
}

function nameOf(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

// One addition an element: a sum in double precision is finite exactly where every single-precision element is.
function isFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += data[index]!;
  return Number.isFinite(sum);
}

function refuseDivergence({ parameters }: EngineSnapshot, step: number): void {
  for (const [name, { data }] of parameters) {
    if (isFinite(data)) continue;
    const index = data.findIndex((value) => !Number.isFinite(value));
    throw new OrstaError(
      'diverged',
      `After step ${String(step)} the weight ${name}[${String(index)}] is ${String(data[index])}: training has diverged. This step is not saved; the last checkpoint is whole. Lower trainer.learningRate and resume from it in a new run.`,
    );
  }
}
