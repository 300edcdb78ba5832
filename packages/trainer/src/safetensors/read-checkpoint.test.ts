import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalName } from './canonical-name.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import { writeSafetensors } from './write-safetensors.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(file: string, values: Record<string, number>): Promise<void> {
  const tensors = new Map(Object.entries(values).map(([name, value]) => [name, { shape: [1], data: Float32Array.of(value) }]));
  await writeSafetensors(join(folder, file), tensors, { dtype: 'F32' });
}
function writeIndex(index: unknown): Promise<void> {
  return writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
}
async function readValues(): Promise<Record<string, number | undefined>> {
  return Object.fromEntries([...(await readCheckpoint(folder))].map(([name, { data }]) => [name, data[0]]));
}

describe('canonicalName', () => {
  it.each([
    ['model.visual.blocks.0.norm1.weight', 'visual.blocks.0.norm1.weight'],
    ['visual.blocks.0.norm1.weight', 'visual.blocks.0.norm1.weight'],
    ['model.language_model.embed_tokens.weight', 'model.embed_tokens.weight'],
    ['model.language_model.layers.1.mlp.up_proj.weight', 'model.layers.1.mlp.up_proj.weight'],
    ['model.layers.1.mlp.up_proj.weight', 'model.layers.1.mlp.up_proj.weight'],
    ['lm_head.weight', 'lm_head.weight'],
  ])('%s -> %s', (name, expected) => {
    expect(canonicalName(name)).toBe(expected);
  });
});

describe('readCheckpoint', () => {
  it('reads one file, under the names of the hub', async () => {
    await write('model.safetensors', { 'model.visual.a': 1, 'model.language_model.b': 2, 'lm_head.weight': 3 });
    expect(await readValues()).toEqual({ 'visual.a': 1, 'model.b': 2, 'lm_head.weight': 3 });
  });

  it('reads the shards of an index', async () => {
    await write('model-1.safetensors', { 'model.visual.a': 1, stale: 9 });
    await write('model-2.safetensors', { 'model.b': 2 });
    await write('model.safetensors', { other: 9 });
    await writeIndex({ weight_map: { 'model.visual.a': 'model-1.safetensors', 'model.b': 'model-2.safetensors' } });
    expect(await readValues()).toEqual({ 'visual.a': 1, 'model.b': 2 });
  });

  it('refuses a folder without weights, and one name twice', async () => {
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: 'invalid_safetensors' });
    await write('model.safetensors', { 'model.visual.a': 1, 'visual.a': 2 });
    await expect(readCheckpoint(folder)).rejects.toThrow('it holds visual.a twice, once as');
  });

  it('refuses an index that is damaged, points elsewhere or promises too much', async () => {
    await write('model-1.safetensors', { a: 1 });
    await writeIndex({});
    await expect(readCheckpoint(folder)).rejects.toThrow('it has no weight_map');
    await writeIndex({ weight_map: { a: '../model-1.safetensors' } });
    await expect(readCheckpoint(folder)).rejects.toThrow('weight_map names "../model-1.safetensors" for a');
    await writeIndex({ weight_map: { a: 'model-1.safetensors', b: 'model-1.safetensors' } });
    await expect(readCheckpoint(folder)).rejects.toThrow('it places b in model-1.safetensors, which does not hold it');
    await writeFile(join(folder, 'model.safetensors.index.json'), '{');
    await expect(readCheckpoint(folder)).rejects.toThrow('it is no JSON');
  });
});
