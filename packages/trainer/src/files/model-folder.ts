import { readdir, stat } from 'node:fs/promises';
import { TrainerError } from '../errors.ts';

const HUB_ID = /^[\w.-]+\/[\w.-]+$/;
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json'];

/** Throws `invalid_checkpoint`, with what is there instead and what to do, where a path is no model folder in the Hugging Face layout. */
export async function checkModelFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw noModel(path, missingHint(path));
  if (!found.isDirectory()) throw noModel(path, 'it is a file. Name the folder that holds config.json');
  const files = new Set(await readdir(path));
  if (files.has('config.json')) return;
  if (files.has('adapter_config.json')) {
    throw noModel(
      path,
      'it holds an adapter only (adapter_config.json). Merge the adapter into its base model and save the result, for example with `merge_and_unload()` of peft',
    );
  }
  throw noModel(
    path,
    `it has no config.json. It holds ${files.size === 0 ? 'nothing' : [...files].sort().slice(0, 5).join(', ')}; name the folder with config.json, model.safetensors and tokenizer.json`,
  );
}

/** Throws `invalid_checkpoint` where a model folder has no safetensors weights, with what it has instead. */
export async function checkWeightFiles(path: string): Promise<void> {
  const files = await readdir(path);
  if (files.some((name) => WEIGHTS.includes(name))) return;
  const pickled = files.find((name) => /^(pytorch_model|consolidated).*\.(bin|pth?)(\.index\.json)?$/.test(name));
  if (pickled !== undefined) {
    throw noModel(
      path,
      `its weights are in ${pickled}, a pickle file, which can run code and is not read. Convert it: load it with transformers and call save_pretrained(folder, safe_serialization=True)`,
    );
  }
  const shard = files.find((name) => name.endsWith('.safetensors'));
  const hint = shard === undefined ? '' : `; ${shard} is there, its index is not`;
  throw noModel(path, `it has neither model.safetensors nor model.safetensors.index.json${hint}. Download the folder whole`);
}

function missingHint(path: string): string {
  if (path.startsWith('~')) return 'there is no such folder. Only a shell replaces "~": write the path in full';
  if (path.startsWith('$')) return 'there is no such folder. Variables are not replaced in settings: write the path in full';
  if (HUB_ID.test(path)) {
    return `there is no such folder. It looks like a model of the Hugging Face Hub: download it with \`hf download ${path} --local-dir DIR\` and name DIR`;
  }
  return 'there is no such folder. Check the spelling; relative paths begin at the working directory';
}

function noModel(path: string, problem: string): TrainerError {
  return new TrainerError('invalid_checkpoint', `${path} is not a model folder: ${problem}.`);
}
