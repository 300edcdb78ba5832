import { describe, expect, it } from 'vitest';
import type { SampleSource } from '../data/prepare-prompt.ts';
import type { UpdateReport } from '../engines/engine.ts';
import { scriptedEngine, written } from '../testing/scripted-engine.ts';
import { processor, reward, samples, settings } from '../testing/tiny-training.ts';
import { train, type StepReport } from './train.ts';

const config = settings({ steps: 3, promptsPerStep: 2, groupSize: 2 });
const updated: UpdateReport = { loss: 0, gradientNorm: 1, entropy: 1, gradientNorms: {}, statistics: {}, tokens: 4 };

/** An engine whose updates note when they begin and end, and a source that notes what is read. An update ends when both samples have been read. */
function noting(failing = -1): { events: string[]; steps: () => AsyncGenerator<StepReport> } {
  const events: string[] = [];
  let update = 0;
  let waiting: (() => void) | undefined;
  const source: SampleSource = {
    at: async (index) => {
      events.push(`sample ${String(index)}`);
      if (index % 2 === 1) waiting?.();
      if (index === failing) throw new RangeError(`sample ${String(index)} cannot be read`);
      return samples.at(index);
    },
  };
  const { engine } = scriptedEngine((_, g) => written(20 + g, 2), {
    update: async () => {
      events.push(`update ${String(++update)} begins`);
      if (update < config.steps) await new Promise<void>((resolve) => (waiting = resolve));
      events.push(`update ${String(update)} ends`);
      return updated;
    },
  });
  return { events, steps: () => train({ processor, samples: source, reward, config, engine }) };
}

describe('the prompts of the next step', () => {
  it('are drawn while an update runs, each sample once, and none after the last step', async () => {
    const { events, steps } = noting();
    for await (const { state } of steps()) events.push(`report ${String(state.step)}`);
    expect(events).toEqual([
      ...['sample 0', 'sample 1'],
      ...['update 1 begins', 'sample 2', 'sample 3', 'update 1 ends', 'report 1'],
      ...['update 2 begins', 'sample 4', 'sample 5', 'update 2 ends', 'report 2'],
      ...['update 3 begins', 'update 3 ends', 'report 3'],
    ]);
  });

  it('fail the step that needs them, after the report of the one before', async () => {
    const { events, steps } = noting(3);
    const run = async (): Promise<void> => {
      for await (const { state } of steps()) events.push(`report ${String(state.step)}`);
    };
    await expect(run()).rejects.toThrow('sample 3 cannot be read');
    expect(events.at(-1)).toBe('report 1');
  });
});
