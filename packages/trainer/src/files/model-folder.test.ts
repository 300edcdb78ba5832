import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../models/qwen2-5-vl/config.ts';
import { loadModel } from '../models/qwen2-5-vl/load-model.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { readTokenizerFiles } from '../tokenizer/tokenizer-files.ts';

const LFS =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';

let folder: string;
function put(name: string, content: string | Uint8Array = '{}'): Promise<void> {
  return writeFile(join(folder, name), content);
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a path that is no model folder', () => {
  it.each([
    ['Qwen/Qwen2.5-VL-3B-Instruct', 'orsta takes it as hub:Qwen/Qwen2.5-VL-3B-Instruct, and `hf download Qwen/Qwen2.5-VL-3B-Instruct'],
    ['/no/such/place/Qwen/Qwen2.5-VL-3B-Instruct', 'orsta takes it as hub:Qwen/Qwen2.5-VL-3B-Instruct'],
    ['~/models/qwen', 'Only a shell replaces "~"'],
    ['/no/such/place/~/qwen', 'Only a shell replaces "~"'],
    ['$HOME/models/qwen', 'Variables are not replaced'],
    [`${tmpdir()}/qwne`, 'there is no such folder. Check the spelling'],
  ])('%s is named with what to do', async (path, message) => {
    await expect(loadConfig(path)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
    await expect(loadConfig(path)).rejects.toThrow(`${path} is not a model folder: there is no such folder`);
    await expect(loadConfig(path)).rejects.toThrow(message);
  });

  it('a file, an empty folder, another folder and an adapter are told apart', async () => {
    await expect(loadConfig(folder)).rejects.toThrow('it has no config.json. It holds nothing');
    await put('notes.txt');
    await expect(loadConfig(join(folder, 'notes.txt'))).rejects.toThrow('it is a file');
    await expect(loadConfig(folder)).rejects.toThrow('It holds notes.txt');
    await put('adapter_config.json');
    await expect(loadConfig(folder)).rejects.toThrow('it holds an adapter only');
  });
});

describe('a model folder', () => {
  beforeEach(() => put('config.json', JSON.stringify(tinyModel().config.source)));

  it('without safetensors says what it has instead', async () => {
    await expect(loadModel(folder)).rejects.toThrow('neither model.safetensors nor model.safetensors.index.json. Download');
    await put('model-00001-of-00002.safetensors');
    await expect(loadModel(folder)).rejects.toThrow('model-00001-of-00002.safetensors is there, its index is not');
    await put('pytorch_model.bin');
    await expect(loadModel(folder)).rejects.toThrow('its weights are in pytorch_model.bin, a pickle file');
  });

  it('with Git LFS pointers says so, for weights, configuration and tokenizer', async () => {
    await put('model.safetensors', LFS);
    await expect(readSafetensors(join(folder, 'model.safetensors'))).rejects.toThrow('it is a Git LFS pointer');
    await put('tokenizer.json', LFS);
    await expect(readTokenizerFiles(folder)).rejects.toThrow('tokenizer.json cannot be read: it is a Git LFS pointer');
    await put('config.json', LFS);
    await expect(loadConfig(folder)).rejects.toThrow('config.json cannot be read: it is a Git LFS pointer');
  });

  it('without a tokenizer says which file is missing and how to get it', async () => {
    await expect(readTokenizerFiles(folder)).rejects.toMatchObject({ code: 'invalid_tokenizer' });
    await expect(readTokenizerFiles(folder)).rejects.toThrow('tokenizer.json is missing. Copy it');
    await put('vocab.json');
    await expect(readTokenizerFiles(folder)).rejects.toThrow('The folder has vocab.json only');
    await expect(readTokenizerFiles(join(folder, 'none'))).rejects.toThrow('there is no folder');
  });

  it('with a file that is cut, or not UTF-8, names the file; a byte order mark is dropped', async () => {
    await put('config.json', '{"model_type": "qwen2_');
    await expect(loadConfig(folder)).rejects.toThrow('config.json is not whole JSON');
    await put('config.json', Buffer.from('{"a":"Zürich"}', 'latin1'));
    await expect(loadConfig(folder)).rejects.toThrow('config.json cannot be read');
    await put('config.json', `\uFEFF${JSON.stringify(tinyModel().config.source)}`);
    expect((await loadConfig(folder)).text.layers).toBe(2);
    await mkdir(join(folder, 'tokenizer.json'));
    await expect(readTokenizerFiles(folder)).rejects.toThrow('tokenizer.json cannot be read');
  });
});
