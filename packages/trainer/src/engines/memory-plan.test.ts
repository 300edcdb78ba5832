import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createAdapter, type AdapterSettings } from '../adapters/adapter.ts';
import { selectBackend } from '../backend/select-backend.ts';
import { singleCollective } from '../collective/collective.ts';
import { parseConfig } from '../models/qwen2-5-vl/config.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { createParameterStore, type ParameterStore } from './parameter-store.ts';
import { planMemory } from './memory-plan.ts';

const frozen = ['vit', 'connector'] as const;

/** Weights that a store trains. */
function sizeOf({ tensors, trained }: ParameterStore): number {
  return [...tensors].reduce((sum, [name, tensor]) => sum + (trained.includes(name) ? tensor.size : 0), 0);
}

describe('planMemory', () => {
  it('says what the parameter store holds', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const { config, parameters } = tinyModel();
    const before = tf.memory().numBytes;
    const store = createParameterStore(parameters, { frozen, collective: singleCollective() });
    const plan = planMemory(config, { frozen, ranks: 2 });
    const [vit, connector, llm] = plan.parts;
    expect(tf.memory().numBytes - before).toBe(plan.parameters * 4);
    const trained = sizeOf(store);
    expect(plan.device).toBe(plan.parameters * 4 + trained * 4);
    expect(plan.host).toBe(trained * 16);
    expect(plan.total).toBe(2 * (plan.device + plan.host));
    const onDevice = planMemory(config, { frozen, ranks: 1, optimizer: 'device' });
    expect([onDevice.device, onDevice.host]).toEqual([plan.parameters * 4 + trained * 16, 0]);
    expect([vit?.host, connector?.host, llm?.trained]).toEqual([0, 0, true]);
    store.dispose();
  });

  it('counts an adapter, and gradients and moments for nothing else', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const { config, parameters } = tinyModel();
    const adapter: Partial<AdapterSettings> = { rank: 3, targets: ['q_proj', 'down_proj', 'qkv'], parts: ['vit', 'llm'] };
    const made = createAdapter(config, adapter);
    const store = createParameterStore(new Map([...parameters, ...made.parameters]), { frozen: [], collective: singleCollective() });
    const plan = planMemory(config, { frozen: [], ranks: 1, adapter });
    const size = sizeOf(store);
    expect(plan.parts.at(-1)).toEqual({
      part: 'adapter',
      parameters: size,
      trained: true,
      stored: size * 2,
      device: size * 8,
      host: size * 16,
    });
    expect(plan.host).toBe(size * 16);
    expect(() => planMemory(config, { frozen: [], ranks: 1, adapter: { targets: ['none'] } })).toThrow('adapter.targets has "none"');
    store.dispose();
  });

  // Bytes: total_size of model.safetensors.index.json of the published folders, two bytes a parameter. Parts: counted with transformers
  // 5.23.0 on the meta device, Qwen2_5_VLForConditionalGeneration of these configurations, `visual` without its merger, and the merger.
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
      3420,
      7_509_245_952,
      [631_975_680, 36_708_608],
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
      3420,
      16_584_333_312,
      [631_975_680, 44_574_464],
    ],
    [
      '32B',
      {
        hidden_size: 5120,
        intermediate_size: 27648,
        num_hidden_layers: 64,
        num_attention_heads: 40,
        num_key_value_heads: 8,
        vocab_size: 152064,
      },
      3456,
      66_905_436_672,
      [636_401_664, 52_440_320],
    ],
    [
      '72B',
      {
        hidden_size: 8192,
        intermediate_size: 29568,
        num_hidden_layers: 80,
        num_attention_heads: 64,
        num_key_value_heads: 8,
        vocab_size: 152064,
      },
      3456,
      146_821_554_688,
      [636_401_664, 68_172_032],
    ],
  ])('counts %s as it is published', (_name, text, intermediate, bytes, vision) => {
    const config = parseConfig({
      model_type: 'qwen2_5_vl',
      ...text,
      rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
      image_token_id: 151655,
      vision_start_token_id: 151652,
      vision_config: {
        depth: 32,
        hidden_size: 1280,
        intermediate_size: intermediate,
        num_heads: 16,
        patch_size: 14,
        spatial_merge_size: 2,
        temporal_patch_size: 2,
        window_size: 112,
        out_hidden_size: text.hidden_size,
      },
    });
    const plan = planMemory(config, { frozen: ['vit', 'connector', 'llm'], ranks: 1 });
    expect(plan.parts.reduce((sum, { stored }) => sum + stored, 0)).toBe(bytes);
    expect(plan.parts.slice(0, 2).map(({ parameters }) => parameters)).toEqual(vision);
    expect(plan.host).toBe(0);
  });
});
