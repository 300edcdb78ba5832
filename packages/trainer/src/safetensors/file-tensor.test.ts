import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { saveCheckpoint, writeModelFolder } from '../checkpoint/save-checkpoint.ts';
import { loadCheckpoint } from '../checkpoint/load-checkpoint.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { fromMessages, toMessages } from '../engines/tensor-messages.ts';
import { loadModel } from '../models/qwen2-5-vl/load-model.ts';
import { tinyModel } from '../testing/tiny-model.ts';
import { decodeBfloat16, encodeBfloat16 } from './half-float.ts';
import { openCheckpoint, readCheckpointHeaders } from './read-checkpoint.ts';
import { writeSafetensors } from './write-safetensors.ts';

const { config, parameters } = tinyModel();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lazy-'));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config.source));
  await writeSafetensors(join(folder, 'model.safetensors'), parameters, { dtype: 'BF16' });
});
afterEach(() => rm(folder, { recursive: true }));

function rounded(name: string): Float32Array {
  return decodeBfloat16(encodeBfloat16(parameters.get(name)?.data ?? new Float32Array()));
}

describe('an opened checkpoint', () => {
  it('reads a tensor when its values are asked for, and not before', async () => {
    const tensors = await openCheckpoint(folder);
    const tensor = tensors.get('model.norm.weight');
    expect(tensor).toMatchObject({ shape: [32], dtype: 'BF16' });
    expect(tensor?.data).toEqual(rounded('model.norm.weight'));
    await rm(join(folder, 'model.safetensors'));
    expect(() => tensor?.data).toThrow('the tensor model.norm.weight cannot be read');
  });

  it('refuses a cut shard when it is opened, and one that is cut later when it is read', async () => {
    const path = join(folder, 'model.safetensors');
    const tensors = await openCheckpoint(folder);
    await truncate(path, 20_000);
    await expect(openCheckpoint(folder)).rejects.toThrow(/its tensors take \d+ bytes, the file has \d+/);
    const last = [...tensors.values()].at(-1);
    expect(() => last?.data).toThrow(/it ended within the tensor visual\.[\w.]+, and was whole when it was opened/);
  });

  it('refuses a value that is not finite, with its place', async () => {
    const damaged = new Map([...parameters, ['model.norm.weight', { shape: [32], data: new Float32Array(32).fill(NaN, 5, 6) }]]);
    await writeSafetensors(join(folder, 'model.safetensors'), damaged, { dtype: 'F32' });
    const model = await loadModel(folder);
    await selectBackend({ prefer: ['wasm'] });
    const start = (): unknown => createLocalEngine({ ...model, frozen: [], paddingTokenId: 0, tokensPerMicroBatch: 64 });
    expect(start).toThrow('model.norm.weight holds NaN at index 5; every weight must be finite');
  });

  it('travels between threads by its place', async () => {
    const { parameters: opened } = await loadModel(folder);
    const messages = structuredClone(toMessages(new Map([...opened, ['auxiliary.x', { shape: [1], data: Float32Array.of(7) }]])));
    expect(messages.get('model.norm.weight')).toEqual({ place: opened.get('model.norm.weight')?.place });
    const arrived = fromMessages(messages);
    expect(arrived.get('model.norm.weight')?.data).toEqual(rounded('model.norm.weight'));
    expect(arrived.get('auxiliary.x')?.data).toEqual(Float32Array.of(7));
  });
});

describe('an engine on an opened model', () => {
  const frozen = ['vit', 'connector'] as const;

  async function started(): Promise<ReturnType<typeof createLocalEngine>> {
    await selectBackend({ prefer: ['wasm'] });
    return createLocalEngine({ ...(await loadModel(folder)), frozen, paddingTokenId: 0, tokensPerMicroBatch: 64 });
  }

  it('saves what is frozen in its own type and what is trained in float32; both come back exactly', async () => {
    const engine = await started();
    const snapshot = await engine.snapshot();
    const saved = await saveCheckpoint({ folder: join(folder, 'run'), step: 1, snapshot, state: {}, modelFolder: folder });
    const headers = await readCheckpointHeaders(saved);
    expect(headers.get('visual.merger.ln_q.weight')?.dtype).toBe('BF16');
    expect(headers.get('model.norm.weight')?.dtype).toBe('F32');
    const loaded = await loadCheckpoint(saved, (state) => state);
    for (const [name, { data }] of snapshot.parameters) expect(loaded.snapshot.parameters.get(name)?.data, name).toEqual(data);
    await engine.restore(loaded.snapshot);
    await rm(saved, { recursive: true });
    const after = await engine.snapshot();
    for (const [name, { data }] of snapshot.parameters) expect(after.parameters.get(name)?.data, name).toEqual(data);
    expect(after.parameters.get('visual.merger.ln_q.weight')?.dtype).toBe('BF16');
    await engine.close();
  });

  it("writes a model folder in the types of the model's own", async () => {
    const engine = await started();
    const out = join(folder, 'out');
    await writeModelFolder(out, folder, await engine.snapshot());
    await engine.close();
    const headers = await readCheckpointHeaders(out);
    expect(new Set([...headers.values()].map(({ dtype }) => dtype))).toEqual(new Set(['BF16']));
    expect((await openCheckpoint(out)).get('model.norm.weight')?.data).toEqual(rounded('model.norm.weight'));
  });
});
