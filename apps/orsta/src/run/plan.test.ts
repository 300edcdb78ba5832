import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRecipe } from '../recipe/recipe.ts';
import { describePlan } from './plan.ts';

function own(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
const nano = own('models/orsta-nano-base');

// Sizes of the published configurations; patches and tokens are those of the small model, whose tokenizer and processor are here.
const SIZES = {
  '32B': { hidden_size: 5120, intermediate_size: 27648, num_hidden_layers: 64, num_attention_heads: 40 },
  '72B': { hidden_size: 8192, intermediate_size: 29568, num_hidden_layers: 80, num_attention_heads: 64 },
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A model folder without weights, as a dry run of a model of the Hub has it. */
async function modelOf(text: (typeof SIZES)['32B']): Promise<void> {
  for (const file of [
    'chat_template.jinja',
    'generation_config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'tokenizer_config.json',
  ])
    await copyFile(join(nano, file), join(folder, file));
  const config = JSON.parse(await readFile(join(nano, 'config.json'), 'utf8')) as { vision_config: object };
  const vision = { depth: 32, hidden_size: 1280, intermediate_size: 3456, num_heads: 16, out_hidden_size: text.hidden_size };
  const published = {
    ...config,
    ...text,
    num_key_value_heads: 8,
    vocab_size: 152_064,
    tie_word_embeddings: false,
    rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] },
    vision_config: { ...config.vision_config, ...vision },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(published));
}

async function plan(...overrides: string[]): Promise<string> {
  const given = [`model.path=${folder}`, 'evaluation.samplesPerTask=0', 'engine.ranks=1', ...overrides];
  const recipe = await loadRecipe([own('recipes/nano.yaml')], { cwd: own('.'), overrides: given });
  return describePlan(recipe, { cwd: own('.'), runRoot: join(folder, 'run'), withoutWeights: true });
}

describe('describePlan', () => {
  it.each([
    ['32B', SIZES['32B'], 32_763.88, 246.7],
    ['72B', SIZES['72B'], 72_706.2, 544.3],
  ])('plans %s by its configuration: the language model, and what fits', async (_name, text, millions, gigabytes) => {
    await modelOf(text);
    const whole = await plan();
    expect(whole).toContain(`language model: ${millions.toFixed(2)} M parameters`);
    expect(whole).toMatch(/vision tower: 6\d\d\.\d\d M parameters, 1\.2 GB in BF16; frozen: 2\.4 GB to compute/);
    expect(whole).toMatch(
      new RegExp(`fits +${gigabytes.toFixed(1)} GB to compute a rank.*wasm: no, it holds 4 GB; GPU: none is large enough`),
    );
    const adapted = await plan('adapter.rank=16');
    expect(adapted).toContain('an adapter alone is trained');
    expect(adapted).toMatch(/adapter: \d+\.\d\d M parameters, \d+ MB in BF16; trained: /);
    expect(adapted).toMatch(text === SIZES['32B'] ? /GPU: 141 GB \(H200\)/ : /GPU: none is large enough/);
  });

  it('plans the small model, which fits anywhere', async () => {
    const recipe = await loadRecipe([own('recipes/nano.yaml')], { cwd: own('.'), overrides: [] });
    const text = await describePlan(recipe, { cwd: own('.'), runRoot: join(folder, 'run') });
    expect(text).toContain('fits         8 MB to compute a rank, activations on top; wasm: yes; GPU: 16 GB (T4)');
    expect(text).not.toContain('on a native backend');
  });

  it('says what one rank on a native backend takes, and what engine.optimizer=host saves', async () => {
    // Gradients of 7.6 billion weights beside them, and with the optimizer on the device their sum and two moments.
    await modelOf({ hidden_size: 2048, intermediate_size: 11008, num_hidden_layers: 36, num_attention_heads: 16 });
    const [onDevice, onHost, two] = [await plan(), await plan('engine.optimizer=host'), await plan('engine.ranks=2')];
    expect(onDevice).toMatch(/one rank on a native backend: \d\d\.\d GB to compute, with moments and gradients; nothing on the host/);
    expect(onDevice).toMatch(/GPU: 80 GB \(A100, H100\); with engine\.optimizer=host 48 GB \(L40S\)/);
    for (const text of [onHost, two]) expect(text).toMatch(/GPU: 48 GB \(L40S\)\n(?!.*native backend)/);
  });
});
