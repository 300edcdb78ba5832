import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_PROCESSOR_CONFIG, writeProcessorConfig } from '../../processor/processor-config.ts';
import { writeSafetensors } from '../../safetensors/write-safetensors.ts';
import { tinyModel } from '../../testing/tiny-model.ts';
import { loadTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';
import { checkModel, countParameters } from './check-model.ts';
import { parseConfig } from './config.ts';
import { initialize } from './initialize.ts';

const nano = fileURLToPath(new URL('../../../test/fixtures/tokenizer/nano', import.meta.url));
type Fields = Record<string, unknown>;

let folder: string;
let tokenizer: Tokenizer;

/** Writes a small model whose parts fit; `changes` go into config.json after the weights are made. */
async function writeModel({ changes = {}, drop }: { changes?: Fields; drop?: string } = {}): Promise<void> {
  const { imagePad, visionStart } = tokenizer.specialIds;
  const source = {
    ...tinyModel().config.source,
    vocab_size: tokenizer.vocabularySize,
    image_token_id: imagePad,
    vision_start_token_id: visionStart,
  };
  const weights = initialize(parseConfig(source), 1);
  if (drop !== undefined) weights.delete(drop);
  await writeSafetensors(join(folder, 'model.safetensors'), weights, { dtype: 'BF16' });
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...source, ...changes }));
}
const cut = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 2, temporalPatchSize: 1 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  tokenizer = await loadTokenizer(nano);
  await cp(nano, folder, { recursive: true });
  await writeProcessorConfig(folder, cut);
  await writeModel();
});
afterEach(() => rm(folder, { recursive: true }));

describe('checkModel', () => {
  it('passes a folder whose files belong together and counts its parameters', async () => {
    const { config, parameters, notes } = await checkModel(folder);
    const total = [...initialize(config, 1).values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(parameters.vit + parameters.connector + parameters.llm).toBe(total);
    expect(notes).toEqual([]);
  });

  it.each([
    ['a missing tensor', () => writeModel({ drop: 'model.norm.weight' }), 'the parameter model.norm.weight is missing'],
    [
      'another shape',
      () => writeModel({ changes: { intermediate_size: 64 } }),
      'mlp.gate_proj.weight has the shape [48, 32], config.json needs [64, 32]',
    ],
    ['an embedding that is too small', () => writeModel({ changes: { vocab_size: 200 } }), 'the embedding has 200 rows'],
    ['a foreign image token', () => writeModel({ changes: { image_token_id: 151655 } }), 'image_token_id is 151655 in config.json'],
    ['a foreign vision start', () => writeModel({ changes: { vision_start_token_id: 1 } }), 'vision_start_token_id is 1 in config.json'],
    [
      'a stop token beyond the embedding',
      () => writeFile(join(folder, 'generation_config.json'), '{"eos_token_id": [1, 151645]}'),
      'eos_token_id in generation_config.json has 151645',
    ],
    [
      'another patch size',
      () => writeProcessorConfig(folder, { ...cut, patchSize: 16 }),
      'patch_size of the vision tower is 2, images are cut with 16',
    ],
    ['another merge size', () => writeProcessorConfig(folder, { ...cut, mergeSize: 4 }), 'spatial_merge_size of the vision tower is 2'],
    [
      'another number of frames',
      () => writeProcessorConfig(folder, { ...cut, temporalPatchSize: 2 }),
      'temporal_patch_size of the vision tower is 1',
    ],
  ])('refuses %s', async (_case, damage, message) => {
    await damage();
    await expect(checkModel(folder)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
    await expect(checkModel(folder)).rejects.toThrow(message);
  });

  it('lists everything that is wrong, up to a bound', async () => {
    await writeModel({ changes: { hidden_size: 64, image_token_id: 9, rope_scaling: { mrope_section: [2, 2, 4] } } });
    await expect(checkModel(folder)).rejects.toThrow(/needs \[\d+, 64\][^]*and \d+ more/);
  });

  it('notes what generate() of transformers would do otherwise', async () => {
    await writeFile(join(folder, 'generation_config.json'), '{"repetition_penalty": 1.05}');
    expect((await checkModel(folder)).notes).toEqual([expect.stringContaining('repetition_penalty 1.05, which is not applied')]);
  });

  it('notes tensors that the configuration has no place for', async () => {
    await writeModel({ changes: { num_hidden_layers: 1 } });
    expect((await checkModel(folder)).notes).toEqual([expect.stringMatching(/^12 tensors of the checkpoint have no place/)]);
  });

  it.each([
    [
      '3B',
      {
        hidden_size: 2048,
        intermediate_size: 11008,
        num_hidden_layers: 36,
        num_attention_heads: 16,
        num_key_value_heads: 2,
        vocab_size: 151936,
        tie_word_embeddings: true,
      },
      2048,
      3_754_622_976,
    ],
    [
      '7B',
      {
        hidden_size: 3584,
        intermediate_size: 18944,
        num_hidden_layers: 28,
        num_attention_heads: 28,
        num_key_value_heads: 4,
        vocab_size: 152064,
      },
      3584,
      8_292_166_656,
    ],
  ])('counts the parameters of %s from its configuration', (_name, text, outputs, total) => {
    const vision = {
      depth: 32,
      hidden_size: 1280,
      intermediate_size: 3420,
      num_heads: 16,
      patch_size: 14,
      spatial_merge_size: 2,
      temporal_patch_size: 2,
      window_size: 112,
      out_hidden_size: outputs,
    };
    const config = parseConfig({
      model_type: 'qwen2_5_vl',
      ...text,
      rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
      image_token_id: 151655,
      vision_start_token_id: 151652,
      vision_config: vision,
    });
    const { vit, connector, llm } = countParameters(config);
    expect(vit + connector + llm).toBe(total);
  });
});
