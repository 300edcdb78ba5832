import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineSnapshot } from '../engines/engine.ts';
import { readCheckpoint } from '../safetensors/read-checkpoint.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { recordFiles } from './checkpoint-files.ts';
import { latestCheckpoint } from './list-checkpoints.ts';
import { loadCheckpoint, loadLatestCheckpoint } from './load-checkpoint.ts';
import { saveCheckpoint } from './save-checkpoint.ts';

const { config, parameters } = tinyModel();
const AUXILIARY = 'auxiliary.dense.bias';
const NORM = 'model.norm.weight';
const trained = [...parameters.keys()].filter((name) => name.startsWith('model.'));
function moments(value: number): Map<string, Float32Array> {
  return new Map([...parameters].filter(([name]) => trained.includes(name)).map(([name, { data }]) => [name, data.map(() => value)]));
}
const snapshot: EngineSnapshot = {
  parameters: new Map([...parameters, [AUXILIARY, { shape: [1], data: Float32Array.of(7) }]]),
  moment1: moments(0.25),
  moment2: moments(0.5),
  optimizerStep: 12,
};
function asIs(value: unknown): unknown {
  return value;
}

let root: string;
let modelFolder: string;
let folder: string;
function save(step: number, keep?: number): Promise<string> {
  return saveCheckpoint({ folder, step, snapshot, state: { step }, modelFolder, ...(keep === undefined ? {} : { keep }) });
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  modelFolder = join(root, 'model');
  folder = join(root, 'checkpoints');
  await mkdir(modelFolder);
  await writeFile(join(modelFolder, 'config.json'), JSON.stringify(config.source));
});
afterEach(() => rm(root, { recursive: true }));

describe('checkpoints', () => {
  it('come back as they were; auxiliary heads stay out of the model file', async () => {
    const path = await save(12);
    const { snapshot: loaded, state } = await loadCheckpoint(path, asIs);
    expect((await readCheckpoint(path)).has(AUXILIARY)).toBe(false);
    expect(state).toEqual({ step: 12 });
    expect(loaded.optimizerStep).toBe(12);
    expect(new Set(loaded.parameters.keys())).toEqual(new Set(snapshot.parameters.keys()));
    for (const [name, { data }] of snapshot.parameters) expect(loaded.parameters.get(name)?.data, name).toEqual(data);
    expect(new Map([...loaded.moment1].sort())).toEqual(new Map([...snapshot.moment1].sort()));
    expect(new Map([...loaded.moment2].sort())).toEqual(new Map([...snapshot.moment2].sort()));
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

  it('say what is wrong with a folder that is none, and with another format', async () => {
    await expect(loadCheckpoint(modelFolder, asIs)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
    await expect(loadCheckpoint(modelFolder, asIs)).rejects.toThrow('not a training checkpoint');
    await writeFile(join(modelFolder, 'trainer_state.json'), '{"version":1}');
    await expect(loadCheckpoint(modelFolder, asIs)).rejects.toThrow('format 1; this version reads format 2');
  });
});

type Tensors = Awaited<ReturnType<typeof readSafetensors>>;

/** Rewrites a file of a checkpoint; `honest` writes its checksum anew, so that only the tensors themselves can tell. */
async function rewrite(path: string, file: string, change: { honest: boolean; edit: (tensors: Tensors) => unknown }): Promise<void> {
  const tensors = await readSafetensors(join(path, file));
  change.edit(tensors);
  await writeSafetensors(join(path, file), tensors, { dtype: 'F32' });
  if (!change.honest) return;
  const state = JSON.parse(await readFile(join(path, 'trainer_state.json'), 'utf8')) as Record<string, unknown>;
  await rm(join(path, 'trainer_state.json'));
  await writeFile(join(path, 'trainer_state.json'), JSON.stringify({ ...state, files: await recordFiles(path) }));
}
function shorten(name: string) {
  return (tensors: Tensors) => tensors.set(name, { dtype: 'F32', shape: [2], data: new Float32Array(2) });
}
function drop(prefix: string) {
  return (tensors: Tensors) => {
    for (const name of [...tensors.keys()].filter((key) => key.startsWith(prefix))) tensors.delete(name);
  };
}

describe('a damaged checkpoint', () => {
  it.each([
    ['a weight is missing', 'model.safetensors', drop(NORM), 'the parameter model.norm.weight is missing'],
    ['a weight is cut', 'model.safetensors', shorten(NORM), 'has the shape [2], config.json needs [32]'],
    ['a weight is too many', 'model.safetensors', shorten('model.other'), 'it holds model.other'],
    ['the moments are missing', 'optimizer.safetensors', drop('moment'), 'no moments after 12 optimizer steps'],
    ['the second moments are missing', 'optimizer.safetensors', drop('moment2.'), 'values, the parameter has'],
    ['one moment is missing', 'optimizer.safetensors', drop(`moment1.${NORM}`), 'have no and 32 values'],
    ['one moment is short', 'optimizer.safetensors', shorten(`moment2.${NORM}`), 'have 32 and 2 values'],
    ['there are moments of nothing', 'optimizer.safetensors', shorten('moment1.other'), 'moments of other'],
  ] as const)('is refused where %s, whether the checksum tells or not', async (_case, file, edit, message) => {
    const path = await save(12);
    const copy = join(root, 'copy');
    await cp(path, copy, { recursive: true });
    await rewrite(path, file, { honest: true, edit });
    await rewrite(copy, file, { honest: false, edit });
    await expect(loadCheckpoint(path, asIs)).rejects.toThrow(message);
    await expect(loadCheckpoint(copy, asIs)).rejects.toThrow(`${join(copy, file)} is damaged`);
  });

  it.each([
    [
      'the optimizer file is the model file',
      (path: string) => cp(join(path, 'model.safetensors'), join(path, 'optimizer.safetensors')),
      'bytes, 141076 were written',
    ],
    ['a file is gone', (path: string) => rm(join(path, 'config.json')), 'config.json is damaged: the file is missing'],
    ['a file is cut', (path: string) => truncate(join(path, 'model.safetensors'), 1000), 'the file has 1000 bytes'],
    ['the state is cut', (path: string) => truncate(join(path, 'trainer_state.json'), 40), 'are not whole JSON'],
    ['the state is empty', (path: string) => truncate(join(path, 'trainer_state.json'), 0), 'its 0 characters are not whole JSON'],
    ['the state lacks a field', (path: string) => writeFile(join(path, 'trainer_state.json'), '{"version":2}'), 'is damaged'],
  ] as const)('is refused where %s', async (_case, damage, message) => {
    const path = await save(12);
    await damage(path);
    await expect(loadCheckpoint(path, asIs)).rejects.toMatchObject({ code: 'invalid_checkpoint' });
    await expect(loadCheckpoint(path, asIs)).rejects.toThrow(message);
  });

  it('is passed over for the one before it, and never pushes whole ones out', async () => {
    const five = await save(5);
    const ten = await save(10);
    await truncate(join(ten, 'model.safetensors'), 1000);
    const latest = await loadLatestCheckpoint(folder, asIs);
    expect(latest.checkpoint?.folder).toBe(five);
    expect(latest.passedOver).toEqual([{ folder: ten, reason: expect.stringContaining('the file has 1000 bytes') as string }]);
    await save(6, 1);
    expect((await readdir(folder)).sort()).toEqual(['step-00000006', 'step-00000010']);
    await save(10, 1);
    expect(await readdir(folder)).toEqual(['step-00000010']);
    expect((await loadLatestCheckpoint(folder, asIs)).passedOver).toEqual([]);
  });

  it('is an error where no other is left; a run without checkpoints is none', async () => {
    expect(await loadLatestCheckpoint(folder, asIs)).toEqual({ passedOver: [] });
    await truncate(join(await save(1), 'trainer_state.json'), 0);
    await expect(loadLatestCheckpoint(folder, asIs)).rejects.toThrow('All 1 checkpoint(s)');
  });
});
