import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readGenerationConfig } from './generation-config.ts';

let folder: string;
function put(content: string): Promise<void> {
  return writeFile(join(folder, 'generation_config.json'), content);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generation-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('readGenerationConfig', () => {
  it('says nothing where the folder has no file', async () => {
    expect(await readGenerationConfig(folder)).toEqual({ stopTokenIds: [], notes: [] });
  });

  it.each([
    ['{"eos_token_id": 7}', [7]],
    ['{"eos_token_id": 0}', [0]],
    ['{"eos_token_id": [151645, 151643]}', [151645, 151643]],
    ['{"eos_token_id": null}', []],
    ['{"eos_token_id": []}', []],
    ['{}', []],
  ])('reads the stop tokens of %s', async (content, stopTokenIds) => {
    await put(content);
    expect(await readGenerationConfig(folder)).toEqual({ stopTokenIds, notes: [] });
  });

  it.each(['"<|im_end|>"', '[7, "8"]', '-1', '7.5', '[null]', 'true'])('refuses %s as eos_token_id', async (value) => {
    await put(`{"eos_token_id": ${value}}`);
    await expect(readGenerationConfig(folder)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
    await expect(readGenerationConfig(folder)).rejects.toThrow(
      `eos_token_id is ${JSON.stringify(JSON.parse(value))}; it must be a token id`,
    );
  });

  it.each(['[]', '3', 'null'])('refuses a file that holds %s', async (content) => {
    await put(content);
    await expect(readGenerationConfig(folder)).rejects.toThrow(`it holds ${content}, not an object`);
  });

  it('names each setting that changes probabilities and is not applied', async () => {
    await put('{"repetition_penalty": 1.05, "no_repeat_ngram_size": 3, "bad_words_ids": [[5]], "num_beams": 4, "min_new_tokens": 2}');
    const { notes } = await readGenerationConfig(folder);
    expect(notes.map((note) => /has (.*?), which is not applied/.exec(note)?.[1])).toEqual([
      'repetition_penalty 1.05',
      'no_repeat_ngram_size 3',
      'bad_words_ids [[5]]',
      'min_new_tokens 2',
      'num_beams 4',
    ]);
  });

  it('is silent about values that do nothing, and about sampling that the caller sets', async () => {
    await put(
      '{"repetition_penalty": 1.0, "no_repeat_ngram_size": 0, "bad_words_ids": null, "suppress_tokens": [], "num_beams": 1, "temperature": 0.000001, "top_p": 0.8, "top_k": 20, "do_sample": true}',
    );
    expect((await readGenerationConfig(folder)).notes).toEqual([]);
  });

  it.each([
    ['repetition_penalty', 1, 1.1],
    ['encoder_repetition_penalty', 1, 0.9],
    ['no_repeat_ngram_size', 0, 2],
    ['encoder_no_repeat_ngram_size', 0, 2],
    ['exponential_decay_length_penalty', null, [15, 1.6]],
    ['bad_words_ids', [], [[5]]],
    ['sequence_bias', [], [[[5], -1]]],
    ['suppress_tokens', [], [5]],
    ['begin_suppress_tokens', [], [5]],
    ['forced_bos_token_id', null, 0],
    ['forced_eos_token_id', null, 5],
    ['stop_strings', [], ['stop']],
    ['min_length', 0, 1],
    ['min_new_tokens', 0, 1],
    ['num_beams', 1, 2],
    ['penalty_alpha', 0, 0.6],
    ['guidance_scale', 1, 1.5],
    ['typical_p', 1, 0.9],
    ['min_p', 0, 0.05],
    ['epsilon_cutoff', 0, 1e-4],
    ['eta_cutoff', 0, 1e-4],
  ])('names %s, but not where it is %j', async (name, nothing, something) => {
    await put(JSON.stringify({ [name]: nothing }));
    expect((await readGenerationConfig(folder)).notes).toEqual([]);
    await put(JSON.stringify({ [name]: something }));
    const { notes } = await readGenerationConfig(folder);
    expect(notes).toEqual([expect.stringContaining(`${name} ${JSON.stringify(something)}, which is not applied`)]);
  });
});
