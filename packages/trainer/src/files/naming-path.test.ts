import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeAdapter } from '../adapters/adapter-files.ts';
import { latestCheckpoint } from '../checkpoint/list-checkpoints.ts';
import { loadLatestCheckpoint } from '../checkpoint/load-checkpoint.ts';
import { saveCheckpoint, writeModelFolder } from '../checkpoint/save-checkpoint.ts';
import type { EngineSnapshot } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { namingPath } from './naming-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'naming-path-'));
const file = join(folder, 'file');
writeFileSync(file, 'text');
const model = join(folder, 'model');
mkdirSync(model);
const snapshot: EngineSnapshot = {
  parameters: new Map([['w', { shape: [1], data: Float32Array.of(1) }]]),
  moment1: new Map(),
  moment2: new Map(),
  optimizerStep: 1,
};
function save(path: string): Promise<string> {
  return saveCheckpoint({ folder: path, step: 1, snapshot, state: {}, modelFolder: model });
}

beforeAll(() => writeSafetensors(join(model, 'model.safetensors'), snapshot.parameters, { dtype: 'F32' }));

describe('paths that cannot be used', () => {
  it.each([
    ['saveCheckpoint', save],
    ['latestCheckpoint', latestCheckpoint],
    ['loadLatestCheckpoint', (path: string) => loadLatestCheckpoint(path, (value) => value)],
    ['writeModelFolder', (path: string) => writeModelFolder(path, model, snapshot)],
    ['writeAdapter', (path: string) => writeAdapter(path, { parameters: new Map(), rankStabilized: false }, model)],
    ['writeSafetensors', (path: string) => writeSafetensors(join(path, 'w'), snapshot.parameters, { dtype: 'F32' })],
  ])('are named by %s', async (_name, use) => {
    for (const path of [file, join(folder, 'a\0b'), join(folder, 'x'.repeat(5000))]) {
      const refused = use(path);
      await expect(refused).rejects.toBeInstanceOf(TrainerError);
      await expect(refused).rejects.toMatchObject({ code: 'unusable_path', message: expect.stringContaining(folder) });
    }
  });

  it('leave other errors as they are', async () => {
    for (const error of [new TrainerError('invalid_batch', ''), new RangeError('')])
      await expect(namingPath(file, () => Promise.reject(error))).rejects.toBe(error);
  });
});
