import { readdir, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { TrainerError } from '../errors.ts';

const HUB_NAME = /^[\w-][\w.-]*$/;
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json'];

/** Throws `invalid_checkpoint`, with what is there instead and what to do, where a path is no model folder in the Hugging Face layout. */
export async function checkModelFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw noModel(path, await missingHint(path));
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

/** Whoever joined the path to the working directory: what was meant shows in its parts. */
async function missingHint(path: string): Promise<string> {
  const parts = path.split(sep);
  if (parts.some((part) => part.startsWith('~'))) return 'there is no such folder. Only a shell replaces "~": write the path in full';
  if (parts.some((part) => part.startsWith('$')))
    return 'there is no such folder. Variables are not replaced in settings: write the path in full';
  const [owner, name] = parts.slice(-2);
  const parent = await stat(dirname(path)).catch(() => undefined);
  if (parent === undefined && owner !== undefined && name !== undefined && HUB_NAME.test(owner) && HUB_NAME.test(name)) {
    const id = `${owner}/${name}`;
    return `there is no such folder. If it is a model of the Hugging Face Hub, orsta takes it as hub:${id}, and \`hf download ${id} --local-dir DIR\` fetches it into a folder`;
  }
  return 'there is no such folder. Check the spelling; relative paths begin at the working directory';
}

function noModel(path: string, problem: string): TrainerError {
  return new TrainerError('invalid_checkpoint', `${path} is not a model folder: ${problem}.`);
}
