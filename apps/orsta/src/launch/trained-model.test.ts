import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainedModel, type TrainedModel } from './trained-model.ts';

function found(engine: 'trl' | 'verl', files: readonly string[]): Promise<TrainedModel> & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'trained-'));
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), file.endsWith('.txt') ? '30\n' : '');
  }
  return Object.assign(trainedModel({ engine, folder, submissionId: 'a-1', ray: '', logRead: 0 }), { folder });
}

describe('trainedModel', () => {
  it('is the model or the adapter of TRL', async () => {
    const model = found('trl', ['model/model.safetensors']);
    expect(await model).toEqual({ kind: 'model', path: join(model.folder, 'model') });
    const adapter = found('trl', ['adapter/adapter_model.safetensors']);
    expect(await adapter).toEqual({ kind: 'adapter', path: join(adapter.folder, 'adapter') });
  });

  it("is the model in verl's last checkpoint", async () => {
    const last = found('verl', [
      'checkpoints/latest_checkpointed_iteration.txt',
      'checkpoints/global_step_20/actor/huggingface/model.safetensors',
      'checkpoints/global_step_30/actor/huggingface/model-00001-of-00002.safetensors',
    ]);
    expect(await last).toEqual({ kind: 'model', path: join(last.folder, 'checkpoints/global_step_30/actor/huggingface') });
  });

  it("says how to merge verl's shards, and where there are none", async () => {
    const shards = await found('verl', [
      'checkpoints/latest_checkpointed_iteration.txt',
      'checkpoints/global_step_30/actor/huggingface/config.json',
    ]);
    expect(shards).toMatchObject({
      remedy: expect.stringMatching(/model_merger merge .*global_step_30\/actor --target_dir MODEL/) as string,
    });
    expect(await found('verl', [])).toMatchObject({ remedy: expect.stringMatching(/no checkpoint is in/) as string });
  });
});
