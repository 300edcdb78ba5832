// The weights of a model folder: one file, or the shards that an index lists, under the names of the hub. Values are read at once, when they are
// asked for, or not at all.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canonicalName } from './canonical-name.ts';
import type { FileTensor } from './file-tensor.ts';
import { openSafetensors, readSafetensors, readSafetensorsHeader, type StoredTensor } from './read-safetensors.ts';
import { invalidFile, type TensorEntry } from './safetensors-format.ts';

const INDEX = 'model.safetensors.index.json';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** File of each tensor, from the index of a sharded checkpoint; absent where the checkpoint is one file. */
async function readIndex(path: string): Promise<Map<string, string> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw invalidFile(path, 'it cannot be opened', error);
  }
  return parseIndex(path, text);
}

function parseIndex(path: string, text: string): Map<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidFile(path, 'it is no JSON', error);
  }
  const files = typeof value === 'object' && value !== null && 'weight_map' in value ? value.weight_map : undefined;
  if (typeof files !== 'object' || files === null) throw invalidFile(path, 'it has no weight_map of tensor names to files');
  const entries = Object.entries(files as Record<string, unknown>).map(([name, file]): [string, string] => {
    // A file outside the folder is refused: an index comes from the network.
    if (typeof file === 'string' && file === basename(file)) return [name, file];
    throw invalidFile(path, `weight_map names ${JSON.stringify(file)} for ${name}, a file beside the index is needed`);
  });
  return new Map(entries);
}

type ReadFile<T> = (path: string) => Promise<Iterable<[string, T]>>;

/** Reads all files of a checkpoint folder with `readFile` and joins what they hold, under the hub's names. */
async function readAll<T>(folder: string, readFile: ReadFile<T>): Promise<Map<string, T>> {
  const indexPath = join(folder, INDEX);
  const index = await readIndex(indexPath);
  const files = index === undefined ? ['model.safetensors'] : [...new Set(index.values())].sort();
  const tensors = new Map<string, T>();
  for (const file of files) {
    const path = join(folder, file);
    for (const [name, tensor] of await readFile(path)) {
      if (index !== undefined && index.get(name) !== file) continue;
      const canonical = canonicalName(name);
      if (tensors.has(canonical)) throw invalidFile(path, `it holds ${canonical} twice, once as ${name}`);
      tensors.set(canonical, tensor);
    }
  }
  for (const [name, file] of index === undefined ? [] : index) {
    if (!tensors.has(canonicalName(name))) throw invalidFile(indexPath, `it places ${name} in ${file}, which does not hold it`);
  }
  return tensors;
}

/**
 * Reads all weights of a checkpoint folder, `model.safetensors` or the shards that `model.safetensors.index.json` lists (which
 * takes precedence), under the hub's names whatever layout the files use. Throws TrainerError `invalid_safetensors`.
 */
export function readCheckpoint(folder: string): Promise<Map<string, StoredTensor>> {
  return readAll(folder, readSafetensors);
}

/**
 * Opens all weights of a checkpoint folder, under the hub's names: headers are read and checked against the sizes of the files now, and values
 * when they are asked for. Throws `invalid_safetensors`.
 */
export function openCheckpoint(folder: string): Promise<Map<string, FileTensor>> {
  return readAll(folder, openSafetensors);
}

/** Reads the headers only: shapes and types of all weights. Throws TrainerError `invalid_safetensors`. */
export function readCheckpointHeaders(folder: string): Promise<Map<string, TensorEntry>> {
  return readAll(folder, async (path) => (await readSafetensorsHeader(path)).entries);
}
