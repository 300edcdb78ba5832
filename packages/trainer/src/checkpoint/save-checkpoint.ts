/**
 * Checkpoints: one folder a step, in the Hugging Face layout, with the optimizer's moments and the state of the run beside the
 * weights.
 * A folder is written under a temporary name, flushed to disk and renamed, so that a killed process leaves either a complete checkpoint or
 * a temporary folder that the next run removes. Random numbers are functions of the seed and the position, so there is no generator to save.
 */
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeAdapter } from '../adapters/adapter-files.ts';
import { isAdapterParameter } from '../adapters/adapter-names.ts';
import type { EngineSnapshot } from '../engines/engine.ts';
import { AUXILIARY_PREFIX } from '../engines/trained-by.ts';
import { namingPath } from '../files/naming-path.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import { readCheckpointHeaders } from '../safetensors/read-checkpoint.ts';
import type { SafetensorsDtype } from '../safetensors/safetensors-format.ts';
import { writeSafetensors, type TensorToWrite } from '../safetensors/write-safetensors.ts';
import { recordFiles } from './checkpoint-files.ts';
import { FORMAT_VERSION, OPTIMIZER_FILE, STATE_FILE, stepFolder, TEMPORARY_PREFIX } from './checkpoint-layout.ts';
import { outdatedCheckpoints } from './list-checkpoints.ts';

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
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
  'vocab.json',
  'merges.txt',
];

/** Writes a checkpoint and returns its folder. An existing checkpoint of the same step is replaced. Throws `unusable_path`. */
export async function saveCheckpoint(options: SaveCheckpointOptions): Promise<string> {
  return namingPath(options.folder, () => save(options));
}

async function save(options: SaveCheckpointOptions): Promise<string> {
  const name = stepFolder(options.step);
  const target = join(options.folder, name);
  const temporary = join(options.folder, `${TEMPORARY_PREFIX}${name}`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  // What is trained keeps all its bits; what is frozen is exact in the type it came in.
  await writeFolder({ ...options, folder: temporary }, (_name, tensor) => tensor.dtype);
  await writeSafetensors(join(temporary, OPTIMIZER_FILE), optimizerTensors(options.snapshot), { dtype: 'F32' });
  const written = {
    version: FORMAT_VERSION,
    optimizer_step: options.snapshot.optimizerStep,
    files: await recordFiles(temporary),
    state: options.state,
  };
  await writeFile(join(temporary, STATE_FILE), `${JSON.stringify(written, undefined, 2)}\n`);
  await flush(temporary);
  await rm(target, { recursive: true, force: true });
  await rename(temporary, target);
  await syncPath(options.folder);
  const { keep } = options;
  if (keep !== undefined) {
    for (const old of await outdatedCheckpoints(options.folder, { step: options.step, keep }))
      await rm(old, { recursive: true, force: true });
  }
  return target;
}

/**
 * Writes a model folder that `transformers` loads: the weights, each in the type that the model's own folder has it in, and the files beside them.
 * Auxiliary heads are left out. With an adapter the folder is PEFT's.
 */
export async function writeModelFolder(folder: string, modelFolder: string, snapshot: EngineSnapshot): Promise<void> {
  await namingPath(folder, async () => {
    const own = await readCheckpointHeaders(modelFolder);
    await writeFolder({ folder, modelFolder, snapshot }, (name) => own.get(name)?.dtype);
  });
}

async function writeFolder(
  { folder, modelFolder, snapshot }: { folder: string; modelFolder: string; snapshot: EngineSnapshot },
  dtypeOf: (name: string, tensor: HostTensor) => SafetensorsDtype | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const adapter = new Map([...snapshot.parameters].filter(([name]) => isAdapterParameter(name)));
  // The base does not change: beside an adapter its weights are not written again.
  if (adapter.size > 0) await writeAdapter(folder, { parameters: adapter, rankStabilized: false }, resolve(modelFolder));
  else await writeWeights(folder, snapshot, dtypeOf);
  const present = new Set(await readdir(modelFolder));
  for (const file of MODEL_FILES.filter((name) => present.has(name))) await copyFile(join(modelFolder, file), join(folder, file));
}

async function writeWeights(
  folder: string,
  snapshot: EngineSnapshot,
  dtypeOf: (name: string, tensor: HostTensor) => SafetensorsDtype | undefined,
): Promise<void> {
  const weights = [...snapshot.parameters].filter(([name]) => !name.startsWith(AUXILIARY_PREFIX));
  const typed = new Map(weights.map(([name, tensor]) => [name, inType(tensor, dtypeOf(name, tensor) ?? 'F32')]));
  await writeSafetensors(join(folder, 'model.safetensors'), typed, { dtype: 'F32', metadata: { format: 'pt' } });
}

/** The tensor with a type to write; its values stay where they are until then. */
function inType(tensor: HostTensor, dtype: SafetensorsDtype): TensorToWrite {
  return {
    shape: tensor.shape,
    dtype,
    get data() {
      return tensor.data;
    },
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
