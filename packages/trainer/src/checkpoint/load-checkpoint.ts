// Reads checkpoints back. Nothing is trusted: files are compared with the checksums that were written with them, and tensors with the
// model's configuration and with each other, so that a damaged checkpoint never goes on with other numbers.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { ADAPTER_CONFIG, readAdapter } from '../adapters/adapter-files.ts';
import type { EngineSnapshot } from '../engines/engine.ts';
import { AUXILIARY_PREFIX } from '../engines/trained-by.ts';
import { TrainerError } from '../errors.ts';
import { loadConfig } from '../models/qwen2-5-vl/config.ts';
import { untieOtherHead } from '../models/qwen2-5-vl/load-model.ts';
import { weightShapes } from '../models/qwen2-5-vl/weights.ts';
import { openCheckpoint } from '../safetensors/read-checkpoint.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import type { FileTensor } from '../safetensors/file-tensor.ts';
import { readSafetensors, type StoredTensor } from '../safetensors/read-safetensors.ts';
import { FORMAT_VERSION, OPTIMIZER_FILE, STATE_FILE } from './checkpoint-layout.ts';
import { damaged, verifyFiles } from './checkpoint-files.ts';
import { listCheckpoints } from './list-checkpoints.ts';

/** A checkpoint read back. */
export interface LoadedCheckpoint<State> {
  folder: string;
  snapshot: EngineSnapshot;
  state: State;
}

/** A damaged checkpoint that was left out in favor of an older one. */
export interface PassedOverCheckpoint {
  readonly folder: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What `loadLatestCheckpoint` found. */
export interface LatestCheckpoint<State> {
  /** The newest checkpoint that is whole; absent where the run has none. */
  readonly checkpoint?: LoadedCheckpoint<State>;
  /** Newer ones that are damaged, the newest first. Tell the user: the steps between are trained again. */
  readonly passedOver: readonly PassedOverCheckpoint[];
}

const StateFile = Type.Object({
  version: Type.Literal(FORMAT_VERSION),
  optimizer_step: Type.Integer({ minimum: 0 }),
  files: Type.Record(
    Type.String(),
    Type.Object({ bytes: Type.Integer({ minimum: 0 }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
  ),
  state: Type.Unknown(),
});
type StateFile = Static<typeof StateFile>;

const ajv = new Ajv();
const isStateFile = ajv.compile<StateFile>(StateFile);

/**
 * Reads the newest checkpoint of a run that is whole. Throws `invalid_checkpoint` where there are checkpoints and all of them are damaged.
 */
export async function loadLatestCheckpoint<State>(folder: string, parseState: (value: unknown) => State): Promise<LatestCheckpoint<State>> {
  const passedOver: PassedOverCheckpoint[] = [];
  for (const candidate of (await listCheckpoints(folder)).toReversed()) {
    try {
      return { checkpoint: await loadCheckpoint(candidate, parseState), passedOver };
    } catch (error) {
      passedOver.push({ folder: candidate, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const [newest] = passedOver;
  if (newest === undefined) return { passedOver };
  throw new TrainerError(
    'invalid_checkpoint',
    `All ${String(passedOver.length)} checkpoint(s) in ${folder} are damaged; the newest: ${newest.reason} To begin again from the base model, delete ${folder}.`,
  );
}

/** Reads one checkpoint. Throws `invalid_checkpoint` where any part is missing, damaged or of another version. */
export async function loadCheckpoint<State>(folder: string, parseState: (value: unknown) => State): Promise<LoadedCheckpoint<State>> {
  const stored = await readStateFile(folder);
  await verifyFiles(folder, stored.files);
  const optimizer = await readSafetensors(join(folder, OPTIMIZER_FILE));
  const weights = existsSync(join(folder, ADAPTER_CONFIG)) ? await readAdapterWeights(folder) : await readModelWeights(folder, optimizer);
  const auxiliary = [...optimizer].filter(([name]) => name.startsWith(AUXILIARY_PREFIX));
  const snapshot: EngineSnapshot = {
    parameters: new Map<string, HostTensor>([...weights, ...auxiliary]),
    moment1: momentsOf(optimizer, 'moment1.'),
    moment2: momentsOf(optimizer, 'moment2.'),
    optimizerStep: stored.optimizer_step,
  };
  verifyMoments(join(folder, OPTIMIZER_FILE), snapshot);
  return { folder, snapshot, state: parseState(stored.state) };
}

async function readModelWeights(
  folder: string,
  optimizer: ReadonlyMap<string, StoredTensor>,
): Promise<ReadonlyMap<string, HostTensor>> {
  const weights = await openCheckpoint(folder);
  await verifyWeights(folder, weights, optimizer);
  return weights;
}

/** Of a run with an adapter; the base is the run's own. */
async function readAdapterWeights(folder: string): Promise<ReadonlyMap<string, HostTensor>> {
  return (await readAdapter(folder, await loadConfig(folder))).parameters;
}

async function readStateFile(folder: string): Promise<StateFile> {
  const path = join(folder, STATE_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TrainerError(
      'invalid_checkpoint',
      `${folder} has no readable ${STATE_FILE}: it is not a training checkpoint. Name a folder such as runs/NAME/checkpoints/step-00000100.`,
      { cause: error },
    );
  });
  const value = parseJson(path, text);
  if (isStateFile(value)) return value;
  const version: unknown = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version === FORMAT_VERSION) throw damaged(path, ajv.errorsText(isStateFile.errors, { dataVar: 'the file' }));
  throw new TrainerError(
    'invalid_checkpoint',
    `${folder} was written in checkpoint format ${JSON.stringify(version) ?? 'unknown'}; this version reads format ${String(FORMAT_VERSION)}. Start a new run from its model.safetensors.`,
  );
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(path, `its ${String(text.length)} characters are not whole JSON`, error);
  }
}

async function verifyWeights(
  folder: string,
  weights: ReadonlyMap<string, FileTensor>,
  optimizer: ReadonlyMap<string, StoredTensor>,
): Promise<void> {
  const expected = weightShapes(untieOtherHead(await loadConfig(folder), weights));
  for (const [name, shape] of expected) {
    const tensor = weights.get(name);
    if (tensor === undefined) throw damaged(folder, `the parameter ${name} is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw damaged(folder, `the parameter ${name} has the shape [${tensor.shape.join(', ')}], config.json needs [${shape.join(', ')}]`);
    }
    if (tensor.dtype !== 'F32' && optimizer.has(`moment1.${name}`))
      throw damaged(folder, `the parameter ${name} is trained and stored as ${tensor.dtype}, F32 was written`);
  }
  const extra = [...weights.keys()].find((name) => !expected.has(name));
  if (extra !== undefined) throw damaged(folder, `it holds ${extra}, which config.json does not know`);
}

function verifyMoments(path: string, { parameters, moment1, moment2, optimizerStep }: EngineSnapshot): void {
  if (optimizerStep > 0 && moment1.size === 0) throw damaged(path, `it has no moments after ${String(optimizerStep)} optimizer steps`);
  for (const name of new Set([...moment1.keys(), ...moment2.keys()])) {
    const size = sizeOf(parameters.get(name));
    if (size === undefined) throw damaged(path, `it has moments of ${name}, which is no parameter of the model`);
    const sizes = [moment1.get(name)?.length, moment2.get(name)?.length];
    if (sizes.some((length) => length !== size)) {
      throw damaged(
        path,
        `the moments of ${name} have ${sizes.map((length) => String(length ?? 'no')).join(' and ')} values, the parameter has ${String(size)}`,
      );
    }
  }
}

function momentsOf(optimizer: ReadonlyMap<string, StoredTensor>, prefix: string): Map<string, Float32Array> {
  return new Map(
    [...optimizer].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor.data]),
  );
}

function sizeOf(tensor: HostTensor | undefined): number | undefined {
  return tensor?.shape.reduce((product, side) => product * side, 1);
}
