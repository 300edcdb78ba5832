import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineSnapshot } from '../engines/engine.ts';
import { readCheckpoint } from '../safetensors/read-checkpoint.ts';
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';

const snapshot: EngineSnapshot = {
  parameters: new Map([
    ['model.norm.weight', { shape: [3], data: Float32Array.of(1, -2.5, 3e-9) }],
    ['auxiliary.dense.bias', { shape: [1], data: Float32Array.of(7) }],
  ]),
  moment1: new Map([['model.norm.weight', Float32Array.of(0.1, 0.2, 0.3)]]),
  moment2: new Map([['model.norm.weight', Float32Array.of(0.4, 0.5, 0.6)]]),
  optimizerStep: 12,
};
const asIs = (value: unknown): unknown => value;

describe('checkpoints', () => {
  let root: string;
  let modelFolder: string;
  let folder: string;
  const save = (step: number, keep?: number): Promise<string> =>
    saveCheckpoint({
      folder,
      step,
      snapshot,
      state: { step, samplePosition: 8 * step },
      modelFolder,
      ...(keep === undefined ? {} : { keep }),
    });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'checkpoint-'));
    modelFolder = join(root, 'model');
    folder = join(root, 'checkpoints');
    await mkdir(modelFolder);
    await writeFile(join(modelFolder, 'config.json'), '{}');
  });
  afterEach(() => rm(root, { recursive: true }));

  it('come back as they were; auxiliary heads stay out of the model file', async () => {
    const path = await save(12);
    const { snapshot: loaded, state } = await loadCheckpoint(path, asIs);
    expect([...(await readCheckpoint(path)).keys()]).toEqual(['model.norm.weight']);
    expect(state).toEqual({ step: 12, samplePosition: 96 });
    expect(loaded.optimizerStep).toBe(12);
    expect([...loaded.parameters.keys()]).toEqual(['model.norm.weight', 'auxiliary.dense.bias']);
    expect(loaded.parameters.get('model.norm.weight')?.data).toEqual(snapshot.parameters.get('model.norm.weight')?.data);
    expect(loaded.moment1).toEqual(snapshot.moment1);
    expect(loaded.moment2).toEqual(snapshot.moment2);
  });

  it('are found by their number, and a folder that was being written is not one', async () => {
    expect(await latestCheckpoint(folder)).toBeUndefined();
    const nine = await save(9);
    const hundred = await save(100);
    await cp(nine, join(folder, '.writing-step-00000101'), { recursive: true });
    expect(await latestCheckpoint(folder)).toBe(hundred);
  });

  it('replace one of the same step, and keep only the newest', async () => {
    for (const step of [1, 2, 3, 3]) await save(step, 2);
    expect((await readdir(folder)).sort()).toEqual(['step-00000002', 'step-00000003']);
  });

  it('say what is wrong with a folder that is none', async () => {
    await expect(loadCheckpoint(modelFolder, asIs)).rejects.toMatchObject({
      code: 'invalid_checkpoint',
      message: expect.stringContaining('not a training checkpoint') as string,
    });
  });
});
