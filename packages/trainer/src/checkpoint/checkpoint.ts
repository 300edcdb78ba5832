/**
 * Checkpoints: one folder a step, in the Hugging Face layout, with the optimizer's moments and the state of the run beside the weights.
 * A folder is written under a temporary name, flushed to disk and renamed, so that a killed process leaves either a complete checkpoint or
 * a temporary folder that the next run removes. Random numbers are functions of the seed and the position, so there is no generator to save.
 */
import { copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { EngineSnapshot } from '../engines/engine.ts';
import { AUXILIARY_PREFIX } from '../engines/parameter-store.ts';
import { TrainerError } from '../errors.ts';
import { readCheckpoint } from '../safetensors/read-checkpoint.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';

const STATE_FILE = 'trainer_state.json';
const OPTIMIZER_FILE = 'optimizer.safetensors';
const STEP_FOLDER = /^step-(\d{8})$/;
const TEMPORARY_PREFIX = '.writing-';
const FORMAT_VERSION = 1;

/** A checkpoint read back. */
export interface LoadedCheckpoint<State> {
  folder: string;
  snapshot: EngineSnapshot;
  state: State;
}

/** What to save. */
export interface SaveCheckpointOptions {
  /** Folder that holds the checkpoints of a run. */
  folder: string;
  step: number;
  snapshot: EngineSnapshot;
  /** Anything that JSON can hold: step, data position, resolved recipe. */
  state: unknown;
  /** Folder of the model that training began from; its configuration and tokenizer go into the checkpoint. */
  modelFolder: string;
  /** How many of the newest checkpoints to keep; all where absent. */
  keep?: number;
}

/** Files of a model folder that belong to a checkpoint beside the weights. */
export const MODEL_FILES: readonly string[] = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
  'vocab.json',
  'merges.txt',
];

/** Writes a checkpoint and returns its folder. An existing checkpoint of the same step is replaced. */
export async function saveCheckpoint(options: SaveCheckpointOptions): Promise<string> {
  const name = `step-${String(options.step).padStart(8, '0')}`;
  const target = join(options.folder, name);
  const temporary = join(options.folder, `${TEMPORARY_PREFIX}${name}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await writeModelFolder(temporary, options.modelFolder, options.snapshot);
  await writeSafetensors(join(temporary, OPTIMIZER_FILE), optimizerTensors(options.snapshot), { dtype: 'F32' });
  await writeFile(
    join(temporary, STATE_FILE),
    JSON.stringify({ version: FORMAT_VERSION, optimizer_step: options.snapshot.optimizerStep, state: options.state }, undefined, 2),
  );
  await flush(temporary);
  await rm(target, { recursive: true, force: true });
  await rename(temporary, target);
  await syncPath(options.folder);
  if (options.keep !== undefined) await removeOlder(options.folder, options.keep);
  return target;
}

/** Writes the weights and the files that make a folder loadable by `transformers`; auxiliary heads are left out. */
export async function writeModelFolder(folder: string, modelFolder: string, snapshot: EngineSnapshot): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = new Map([...snapshot.parameters].filter(([name]) => !name.startsWith(AUXILIARY_PREFIX)));
  await writeSafetensors(join(folder, 'model.safetensors'), weights, { dtype: 'F32', metadata: { format: 'pt' } });
  const present = new Set(await readdir(modelFolder));
  for (const file of MODEL_FILES.filter((name) => present.has(name))) await copyFile(join(modelFolder, file), join(folder, file));
}

/** The newest complete checkpoint of a run's folder; absent where there is none. */
export async function latestCheckpoint(folder: string): Promise<string | undefined> {
  const steps = await listSteps(folder);
  const newest = steps.at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}

/** Reads a checkpoint back. Throws `invalid_checkpoint` where a part is missing or of another version. */
export async function loadCheckpoint<State>(folder: string, parseState: (value: unknown) => State): Promise<LoadedCheckpoint<State>> {
  const text = await readFile(join(folder, STATE_FILE), 'utf8').catch((error: unknown) => {
    throw new TrainerError(
      'invalid_checkpoint',
      `${folder} has no readable ${STATE_FILE}: it is not a training checkpoint. Name a folder such as runs/NAME/checkpoints/step-00000100.`,
      { cause: error },
    );
  });
  const stored = JSON.parse(text) as { version?: unknown; optimizer_step?: unknown; state?: unknown };
  if (stored.version !== FORMAT_VERSION || typeof stored.optimizer_step !== 'number') {
    throw new TrainerError(
      'invalid_checkpoint',
      `${folder} was written in checkpoint format ${String(stored.version)}; this version reads format ${String(FORMAT_VERSION)}. Start a new run from its model.safetensors.`,
    );
  }
  const moments = await readSafetensors(join(folder, OPTIMIZER_FILE));
  const pick = (prefix: string): Map<string, Float32Array> =>
    new Map([...moments].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor.data]));
  const auxiliary = [...moments].filter(([name]) => name.startsWith(AUXILIARY_PREFIX));
  return {
    folder,
    snapshot: {
      parameters: new Map([...(await readCheckpoint(folder)), ...auxiliary]),
      moment1: pick('moment1.'),
      moment2: pick('moment2.'),
      optimizerStep: stored.optimizer_step,
    },
    state: parseState(stored.state),
  };
}

function optimizerTensors(snapshot: EngineSnapshot): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, data] of snapshot.moment1) tensors.set(`moment1.${name}`, { shape: [data.length], data });
  for (const [name, data] of snapshot.moment2) tensors.set(`moment2.${name}`, { shape: [data.length], data });
  // Auxiliary heads are no part of the model's own file, and a resumed run still needs them.
  for (const [name, tensor] of snapshot.parameters) if (name.startsWith(AUXILIARY_PREFIX)) tensors.set(name, tensor);
  return tensors;
}

async function listSteps(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => STEP_FOLDER.test(name)).sort();
}

async function removeOlder(folder: string, keep: number): Promise<void> {
  const old = (await listSteps(folder)).slice(0, -keep);
  await Promise.all(old.map((name) => rm(join(folder, basename(name)), { recursive: true, force: true })));
}

async function flush(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await syncPath(join(folder, name));
  await syncPath(folder);
  await syncPath(dirname(folder));
}

/** Forces a file or a folder to disk. */
async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
