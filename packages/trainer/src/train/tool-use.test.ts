import { describe, expect, it } from 'vitest';
import type { Engine } from '../engines/engine.ts';
import type { Processor } from '../processor/processor.ts';
import { resolveTrainConfig } from './config.ts';
import { toolUse } from './tool-use.ts';
import { train } from './train.ts';

const zoom = { name: 'image_zoom_in_tool' };

describe('tools of a run', () => {
  it('are absent where none is named', () => {
    expect(toolUse(resolveTrainConfig({ steps: 1 }).tools)).toBeUndefined();
    expect(toolUse(resolveTrainConfig({ steps: 1, tools: { use: [zoom], maxTurns: 2 } }).tools)).toMatchObject({ maxTurns: 2 });
  });

  it('are made before anything is read or sampled, so that a tool named twice ends the run at once', async () => {
    let read = 0;
    const steps = train({
      engine: {} as Engine,
      processor: {} as Processor,
      samples: { at: () => Promise.reject(new Error(`sample ${String(++read)}`)) },
      reward: () => Promise.resolve([]),
      config: resolveTrainConfig({ steps: 1, tools: { use: [zoom, zoom] } }),
    });
    await expect(steps.next()).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('twice') as string });
    expect(read).toBe(0);
  });
});
