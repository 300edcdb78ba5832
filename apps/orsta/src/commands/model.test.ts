import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../context.ts';
import { modelCommand } from './model.ts';

// The sizes of Qwen2.5-VL-7B: its configuration is all that the folder has.
const CONFIG = {
  model_type: 'qwen2_5_vl',
  hidden_size: 3584,
  intermediate_size: 18944,
  num_hidden_layers: 28,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  vocab_size: 152064,
  rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
  image_token_id: 151655,
  vision_start_token_id: 151652,
  vision_config: {
    depth: 32,
    hidden_size: 1280,
    intermediate_size: 3420,
    num_heads: 16,
    patch_size: 14,
    spatial_merge_size: 2,
    temporal_patch_size: 2,
    window_size: 112,
    out_hidden_size: 3584,
  },
};

let folder = '';
let written = '';
const context = { output: (text: string) => (written += text), notice: () => undefined, cwd: '/' } as unknown as CommandContext;
beforeEach(async () => {
  written = '';
  folder = await mkdtemp(join(tmpdir(), 'model-'));
  await writeFile(join(folder, 'config.json'), JSON.stringify(CONFIG));
});
afterEach(() => rm(folder, { recursive: true }));

describe('orsta model', () => {
  it('says what a model takes and what fits, by its configuration alone', async () => {
    await modelCommand(folder, { ranks: 1, memory: 80 }, context);
    expect(written).toContain('language model: 7615.62 M parameters, 14.2 GB in BF16; frozen: 28.4 GB to compute');
    expect(written).toContain('there are 80.0 GB');
    expect(written).toMatch(/evaluate +30\.9 GB {2}fits, native +smallest GPU: 48 GB \(L40S\)/);
    expect(written).toMatch(/train LoRA of rank 16 +31\.8 GB {2}fits, native +smallest GPU: 48 GB/);
    expect(written).toMatch(/train the language model +17\d\.\d GB {2}does not fit/);
  });

  it('says what is wrong with a name', async () => {
    await expect(modelCommand('hub:qwen', { ranks: 1 }, context)).rejects.toThrow('Write hub:OWNER/NAME');
    await expect(modelCommand('/no/such/model', { ranks: 1 }, context)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
  });
});
