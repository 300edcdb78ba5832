import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModelFolder } from '../checkpoint/save-checkpoint.ts';
import { openEngine } from './open-engine.ts';

const model = fileURLToPath(new URL('../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openEngine', () => {
  it('opens a model with a new adapter, and an adapter where it was left', async () => {
    const first = await openEngine(model, { adapter: { rank: 2 }, backend: ['wasm'] });
    expect(first.backend.name).toBe('wasm');
    expect(first.processor.tokenizer.specialIds.endOfText).toBeGreaterThanOrEqual(0);
    const written = await first.engine.snapshot();
    await writeModelFolder(folder, model, written);
    await first.engine.close();
    const again = await openEngine(folder, { backend: ['wasm'] });
    const read = await again.engine.snapshot();
    const trained = [...written.parameters.keys()].filter((name) => name.includes('lora_A'));
    expect(trained.length).toBeGreaterThan(0);
    for (const name of trained) expect(read.parameters.get(name)?.data).toEqual(written.parameters.get(name)?.data);
    await again.engine.close();
    await expect(openEngine(folder, { adapter: { rank: 2 } })).rejects.toMatchObject({
      code: 'invalid_config',
      message: `${folder} holds an adapter already. Leave \`adapter\` out to train on with it, or merge it first.`,
    });
  });

  it('says what is wrong with a folder', async () => {
    await expect(openEngine(join(folder, 'none'))).rejects.toMatchObject({ code: 'invalid_checkpoint' });
  });
});
