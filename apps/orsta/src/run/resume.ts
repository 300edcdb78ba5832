import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLatestCheckpoint, type EngineSnapshot, type TrainState } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { RunFolder } from './run-folder.ts';

/** Where a run stands. */
export interface RunPosition {
  readonly state: TrainState;
  /** Absent at the beginning: then the base model's weights hold. */
  readonly snapshot?: EngineSnapshot;
  /** One for each damaged checkpoint that was passed over: what is wrong with it, and where the run goes on. */
  readonly warnings: readonly string[];
}

/** The newest checkpoint of a run that is whole, or the run's beginning. Throws `invalid_checkpoint` where all are damaged. */
export async function findPosition(folder: RunFolder): Promise<RunPosition> {
  const { checkpoint, passedOver } = await loadLatestCheckpoint(folder.checkpoints, parseState);
  if (checkpoint === undefined) return { state: { step: 0, samplePosition: 0 }, warnings: [] };
  const { snapshot, state } = checkpoint;
  const warnings = passedOver.map(
    ({ folder: damaged, reason }) =>
      `warning: ${damaged} is passed over: ${reason} The steps after ${String(state.step)} are lost and trained again.\n`,
  );
  return { snapshot, state, warnings };
}

/** Deletes the records of a run whose first evaluation did not end; they will be written again. */
export async function forgetRecords(folder: RunFolder): Promise<void> {
  await Promise.all(['metrics.jsonl', 'rollouts.jsonl', 'alarms.jsonl'].map((name) => rm(join(folder.root, name), { force: true })));
}

function parseState(value: unknown): TrainState {
  const { step, samplePosition, ...kept } = (value ?? {}) as Partial<TrainState>;
  // What estimator and selector keep is theirs to check.
  if (Number.isInteger(step) && Number.isInteger(samplePosition))
    return { ...kept, step: Number(step), samplePosition: Number(samplePosition) };
  throw new OrstaError(
    'run_exists',
    `The checkpoint's state is ${JSON.stringify(value)}; it must hold step and samplePosition. Delete that checkpoint and resume from the one before.`,
  );
}
