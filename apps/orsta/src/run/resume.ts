import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { latestCheckpoint, loadCheckpoint, type EngineSnapshot, type TrainState } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { RunFolder } from './run-folder.ts';

/** Where a run stands. */
export interface RunPosition {
  readonly state: TrainState;
  /** Absent at the beginning: then the base model's weights hold. */
  readonly snapshot?: EngineSnapshot;
}

/** The newest complete checkpoint of a run, or its beginning. */
export async function findPosition(folder: RunFolder): Promise<RunPosition> {
  const latest = await latestCheckpoint(folder.checkpoints);
  if (latest === undefined) return { state: { step: 0, samplePosition: 0 } };
  const { snapshot, state } = await loadCheckpoint(latest, parseState);
  return { snapshot, state };
}

/** Deletes the records of a run whose first evaluation did not end; they will be written again. */
export async function forgetRecords(folder: RunFolder): Promise<void> {
  await Promise.all(['metrics.jsonl', 'rollouts.jsonl'].map((name) => rm(join(folder.root, name), { force: true })));
}

function parseState(value: unknown): TrainState {
  const { step, samplePosition } = (value ?? {}) as Partial<TrainState>;
  if (Number.isInteger(step) && Number.isInteger(samplePosition)) return { step: Number(step), samplePosition: Number(samplePosition) };
  throw new OrstaError(
    'run_exists',
    `The checkpoint's state is ${JSON.stringify(value)}; it must hold step and samplePosition. Delete that checkpoint and resume from the one before.`,
  );
}
