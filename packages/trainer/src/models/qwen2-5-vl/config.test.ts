import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixturePath, loadGolden, maxDifference, patchesFor, readGolden } from '../../../test/fixtures/qwen2-5-vl/golden.ts';
import { selectBackend } from '../../backend/select-backend.ts';
import { parseConfig } from './config.ts';
import { untieOtherHead } from './load-model.ts';
import { forwardLogits } from './model.ts';

type Fields = Record<string, unknown>;

const base = JSON.parse(readFileSync(fixturePath('untied/config.json'), 'utf8')) as Fields;
const variants = JSON.parse(readFileSync(fixturePath('variants.json'), 'utf8')) as Record<string, Fields>;

/** The base configuration with fields set; null removes one. */
function changed(config: Fields, changes: Fields): Fields {
  const result = { ...config };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete result[key];
    else result[key] = key === 'vision_config' ? changed(config[key] as Fields, value as Fields) : value;
  }
  return result;
}

describe('config.json', () => {
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
  });

  it.each(['unchanged', ...Object.keys(variants)])('%s gives the logits of transformers', { timeout: 30_000 }, async (name) => {
    const golden = await loadGolden('untied');
    const parsed = parseConfig(changed(base, variants[name] ?? {}));
    const values = new Map([...golden.weights].map(([key, tensor]) => [key, { data: tensor.dataSync<'float32'>() }]));
    const config = untieOtherHead(parsed, values);
    const grids = golden.inputs.grids.slice(0, 2);
    const last = tf.tidy(() => {
      const input = { tokenIds: golden.inputs.token_ids.slice(0, 1), patches: patchesFor(config.vision, grids), grids };
      const logits = forwardLogits({ config, weights: golden.weights }, input);
      return tf.slice(logits, [0, logits.shape[1] - 3, 0]).dataSync<'float32'>();
    });
    const expected = (await readGolden('variants.safetensors')).get(name);
    if (expected === undefined) throw new Error(`variants.safetensors has no ${name}`);
    expect(maxDifference(last, expected.data)).toBeLessThan(2e-4);
    tf.dispose([...golden.weights.values()]);
  });

  it.each([
    [
      'a rope type that is not computed',
      { rope_scaling: { rope_type: 'dynamic', factor: 2, mrope_section: [2, 3, 3] } },
      'rope_scaling.rope_type is "dynamic"',
    ],
    ['a rope factor that is none', { rope_scaling: { type: 'yarn', factor: 'x', mrope_section: [2, 3, 3] } }, 'rope_scaling.factor is "x"'],
    ['a part of the head', { rope_scaling: { partial_rotary_factor: 0.5, mrope_section: [2, 3, 3] } }, 'partial_rotary_factor is 0.5'],
    ['another section', { rope_scaling: { mrope_section: [2, 2, 2] } }, 'mrope_section is [2,2,2]'],
    ['another activation', { hidden_act: 'gelu' }, 'hidden_act is "gelu"'],
    ['another activation in the vision tower', { vision_config: { hidden_act: 'quick_gelu' } }, 'vision_config.hidden_act is "quick_gelu"'],
    ['a sliding window', { use_sliding_window: true, sliding_window: 16, max_window_layers: 2 }, 'use_sliding_window is true'],
    ['a sliding window by layer', { layer_types: ['full_attention', 'sliding_attention', 'full_attention'] }, 'layer_types is'],
    ['layer types for other layers', { layer_types: ['full_attention'] }, 'num_hidden_layers 3 needs as many'],
    ['blocks that are no list', { vision_config: { fullatt_block_indexes: 7 } }, 'fullatt_block_indexes is 7'],
    ['another model', { model_type: 'qwen2_vl' }, 'model_type is "qwen2_vl"'],
    ['quantized weights', { quantization_config: { quant_method: 'awq' } }, 'quantized weights cannot be loaded'],
  ])('%s is refused by name', (_case, changes, message) => {
    expect(() => parseConfig(changed(base, changes))).toThrow(message);
  });
});
