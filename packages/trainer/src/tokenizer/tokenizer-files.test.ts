import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHAT_TEMPLATE } from './chat.ts';
import { readTokenizerFiles, writeTokenizerFolder } from './tokenizer-files.ts';
import { trainByteLevelBpe } from './train-bpe.ts';

const json = trainByteLevelBpe({ corpus: ['one two', 'one two'], vocabularySize: 270 });
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a tokenizer folder', () => {
  it('reads back what was written, with our template unless another is given', async () => {
    await writeTokenizerFolder(folder, json, { maxLength: 128 });
    const files = await readTokenizerFiles(folder);
    expect(files.tokenizer).toEqual(JSON.parse(JSON.stringify(json)));
    expect(files.config).toMatchObject({ model_max_length: 128, eos_token: '<|im_end|>', pad_token: '<|endoftext|>' });
    expect(files.chatTemplate).toBe(CHAT_TEMPLATE);
    await writeTokenizerFolder(folder, json, { maxLength: 128, chatTemplate: 'other' });
    expect((await readTokenizerFiles(folder)).chatTemplate).toBe('other');
  });

  it.each([
    ['a text', '{{ 1 }}', '{{ 1 }}'],
    [
      'a list of named ones',
      [
        { name: 'tool_use', template: 'a' },
        { name: 'default', template: 'b' },
      ],
      'b',
    ],
    ['null', null, undefined],
  ])('takes the template of tokenizer_config.json where there is no file: %s', async (_, inConfig, expected) => {
    await writeTokenizerFolder(folder, json, { maxLength: 128 });
    await rm(join(folder, 'chat_template.jinja'));
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template: inConfig }));
    expect((await readTokenizerFiles(folder)).chatTemplate).toBe(expected);
  });

  it('takes the template of chat_template.json where there is no chat_template.jinja, before that of tokenizer_config.json', async () => {
    await writeTokenizerFolder(folder, json, { maxLength: 128 });
    await writeFile(join(folder, 'chat_template.json'), JSON.stringify({ chat_template: 'of the processor' }));
    await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template: 'of the tokenizer' }));
    expect((await readTokenizerFiles(folder)).chatTemplate).toBe(CHAT_TEMPLATE);
    await rm(join(folder, 'chat_template.jinja'));
    expect((await readTokenizerFiles(folder)).chatTemplate).toBe('of the processor');
    await writeFile(join(folder, 'chat_template.json'), '{"chat_template": 5}');
    await expect(readTokenizerFiles(folder)).rejects.toThrow(/chat_template/);
  });

  it('refuses a tokenizer of another kind, and JSON that is cut off', async () => {
    await writeTokenizerFolder(folder, json, { maxLength: 128 });
    const path = join(folder, 'tokenizer.json');
    await writeFile(path, JSON.stringify({ ...json, model: { ...json.model, type: 'Unigram' } }));
    await expect(readTokenizerFiles(folder)).rejects.toThrow(/byte-level BPE/);
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 50));
    await expect(readTokenizerFiles(folder)).rejects.toThrow(/JSON/);
  });

  it('refuses to write a vocabulary without the special tokens', async () => {
    const bare = trainByteLevelBpe({ corpus: [], vocabularySize: 256, specialTokens: [] });
    await expect(writeTokenizerFolder(folder, bare, { maxLength: 128 })).rejects.toThrow(/<\|im_start\|>/);
  });
});
