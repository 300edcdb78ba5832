import { describe, expect, it } from 'vitest';
import { adapterModules } from './adapter-modules.ts';

// Names of modules as `transformers` has them.
const MODULES = [
  'model.visual.blocks.0.attn.qkv',
  'model.visual.blocks.0.mlp.up_proj',
  'model.visual.merger.mlp.0',
  'model.language_model.layers.0.self_attn.q_proj',
  'model.language_model.layers.10.self_attn.q_proj',
  'model.language_model.layers.0.mlp.up_proj',
  'lm_head',
];

/** The modules that PEFT would adapt: it compares the pattern with whole names. */
function adapted(targets: string[], parts: ('vit' | 'connector' | 'llm')[]): string[] {
  const pattern = new RegExp(`^(?:${adapterModules({ targets, parts })})$`);
  return MODULES.filter((name) => pattern.test(name));
}

describe('adapterModules', () => {
  it('keeps to the parts', () => {
    expect(adapted(['up_proj'], ['llm'])).toEqual(['model.language_model.layers.0.mlp.up_proj']);
    expect(adapted(['up_proj'], ['vit'])).toEqual(['model.visual.blocks.0.mlp.up_proj']);
    expect(adapted(['mlp.0'], ['connector'])).toEqual(['model.visual.merger.mlp.0']);
    expect(adapted(['qkv', 'up_proj', 'mlp.0'], ['vit', 'llm'])).toEqual([
      'model.visual.blocks.0.attn.qkv',
      'model.visual.blocks.0.mlp.up_proj',
      'model.language_model.layers.0.mlp.up_proj',
    ]);
  });

  it('takes ends of names at a dot, and no part of a word', () => {
    expect(adapted(['layers.0.self_attn.q_proj'], ['llm'])).toEqual(['model.language_model.layers.0.self_attn.q_proj']);
    expect(adapted(['proj', '0.self_attn.q.proj'], ['llm'])).toEqual([]);
  });
});
